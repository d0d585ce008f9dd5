-- Grain: one row per metric version, cut and values: weekday and hour (in the zone of the rates) of the first thing we send in a conversation,
-- how often the contact was written to in the 30 days before, or both.
-- Mind: a week has 168 hours, of which the best is the best by chance too. Believe a cell whose verdict is not undecided, of those that
-- are not small, and then try it. Where we send first after the anchor, the hour is known later than the anchor.

{%- set cuts = [
    {'name': 'all', 'columns': []},
    {'name': 'hour', 'columns': ['weekday', 'hour']},
    {'name': 'frequency', 'columns': ['frequency']},
    {'name': 'hour+frequency', 'columns': ['weekday', 'hour', 'frequency']},
] %}
{%- set alpha = '1 - ' ~ setting_confidence() %}

with

touches as (

    select
        contact_id,
        touch_date,
        min(messages_before) as messages_before
    from {{ ref('contact_touches') }}
    group by
        contact_id,
        touch_date

),

sent as (

    select
        conversation_id,
        contact_id,
        first_outbound_at,
        {{ local_time('first_outbound_at') }} as sent_local
    from {{ ref('conversations') }}
    where first_outbound_at is not null

),

described as (

    select
        sent.conversation_id,
        sent.first_outbound_at,
        {{ weekday_of('sent.sent_local') }} as weekday,
        cast(extract(hour from sent.sent_local) as bigint) as hour,
        {{ frequency_band('touches.messages_before') | indent(8) }} as frequency
    from sent
    inner join touches
        on
            sent.contact_id = touches.contact_id
            and cast(sent.sent_local as date) = touches.touch_date

),

cells as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        described.weekday,
        described.hour,
        described.frequency,
        count(*) as matured,
        count(metric_conversations.converted_at) as matured_converted,
        count(case when described.first_outbound_at > metric_conversations.anchor_at then 1 end) as sent_after_anchor
    from {{ ref('metric_conversations') }} as metric_conversations
    inner join described
        on metric_conversations.conversation_id = described.conversation_id
    where metric_conversations.is_matured
    group by
        metric_conversations.metric,
        metric_conversations.metric_version,
        described.weekday,
        described.hour,
        described.frequency

),

counted as (

    {% call(cut, number) union_of(cuts) -%}
    select
        metric,
        metric_version,
        '{{ cut.name }}' as cut_by,
        {% for column in ['weekday', 'hour', 'frequency'] -%}
        {{ column if column in cut['columns'] else 'cast(null as ' ~ ('varchar' if column == 'frequency' else 'bigint') ~ ')' }} as {{ column }},
        {% endfor -%}
        cast(sum(matured) as bigint) as matured,
        cast(sum(matured_converted) as bigint) as matured_converted,
        cast(sum(sent_after_anchor) as bigint) as sent_after_anchor
    from cells
    group by {{ (['metric', 'metric_version'] + cut['columns']) | join(', ') }}
    {%- endcall %}

),

-- each beside everything else of the metric
beside as (

    select
        counted.*,
        totals.matured - counted.matured as rest_matured,
        totals.matured_converted - counted.matured_converted as rest_converted,
        md5({{ joined_parts([
            'counted.metric', 'cast(counted.metric_version as varchar)', 'counted.cut_by', 'cast(counted.weekday as varchar)',
            'cast(counted.hour as varchar)', 'counted.frequency'
        ]) }}) as send_window_id
    from counted
    inner join counted as totals
        on
            counted.metric = totals.metric
            and counted.metric_version = totals.metric_version
    where totals.cut_by = 'all'

),

distanced as (

    select
        beside.*,
        {{ two_proportion_z('matured_converted', 'matured', 'rest_converted', 'rest_matured') | indent(8) }} as z
    from beside

),

tested as (

    select
        distanced.*,
        case when matured >= {{ few() }} and rest_matured >= {{ few() }} then {{ two_sided_p('z') }} end as p
    from distanced

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p', ['metric', 'metric_version', 'cut_by'], 'send_window_id') | indent(4) | trim }}

),

final as (

    select
        send_window_id,
        metric,
        metric_version,
        'matured_converted_conversations' as numerator_id,
        'matured_conversations' as denominator_id,
        cut_by,
        weekday,
        hour,
        frequency,
        matured,
        matured_converted,
        matured_converted / cast(matured as double) as conversion_rate,
        {{ wilson_low('matured_converted', 'matured') | indent(8) }} as rate_low,
        {{ wilson_high('matured_converted', 'matured') | indent(8) }} as rate_high,
        rest_converted / nullif(cast(rest_matured as double), 0) as rest_rate,
        adjusted_p,
        case
            when cut_by = 'all' then null
            when adjusted_p is null then 'too_few'
            when adjusted_p < {{ alpha }} and z > 0 then 'better'
            when adjusted_p < {{ alpha }} then 'worse'
            else 'undecided'
        end as verdict,
        {{ is_few('matured') }} as is_small,
        sent_after_anchor,
        sent_after_anchor > 0 as uses_late_facts
    from adjusted

)

select * from final
