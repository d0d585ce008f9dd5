-- Grain: one row per period (grain `all` too), cut, value of the cut, responder and measure.
-- Mind: counted are conversations in which the contact waited, in the period in which the first wait began, and lengths are over the answered
-- ones alone: read them beside `answer_rate`. Values of cut `topic` overlap. Rep and team are of the owner, a fact later than the wait.

{%- set cuts = ['channel', 'owner_id', 'owner_team', 'business_hours'] %}
{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set measures = response_measures() %}
{%- set lengths = (measures | map(attribute='calendar') | list) + (measures | map(attribute='business') | reject('none') | list) %}

with

first_waits as (

    select * from {{ ref('first_waits') }}

),

message_phrases as (

    select * from {{ ref('message_phrases') }}

),

placed as (

    select
        opening_message_id,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'opened_date') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        coalesce(channel, 'unknown') as channel,
        coalesce(owner_id, 'unknown') as owner_id,
        coalesce(owner_team, 'unknown') as owner_team,
        case when is_in_business_hours then 'inside' when not is_in_business_hours then 'outside' else 'unknown' end as business_hours,
        {{ lengths | join(',\n        ') }}
    from first_waits

),

named as (

    select
        message_id,
        topic
    from message_phrases
    where
        phrase_kind = 'topic'
        and is_from_contact

),

by_topic as (

    select
        {%- for grain in grains %}
        placed.{{ grain }}_start,
        {%- endfor %}
        coalesce(named.topic, 'unknown') as topic,
        {%- for length in lengths %}
        placed.{{ length }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from placed
    left join named
        on placed.opening_message_id = named.message_id

),

counted as (

    select
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cut_of_grouping(cuts) | indent(8) }},
        {{ response_totals(lengths) | indent(8) }}
    from placed
    group by grouping sets (
        {{ grouping_of_cuts(cuts) | indent(8) }}
    )

    union all

    select
        {{ period_of_grouping(grains) | indent(8) }},
        'topic' as cut_by,
        topic as cut_value,
        {{ response_totals(lengths) | indent(8) }}
    from by_topic
    group by grouping sets (
        {%- for grain in kpi_grains() %}
        ({{ (([] if grain == 'all' else [grain ~ '_start']) + ['topic']) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

-- without a wait there is nothing to tell, not even of all
held as (

    select * from counted
    where conversations > 0

),

measured as (

    {% call(each, number) union_of(measures) -%}
    select
        period_grain,
        period_start,
        cut_by,
        cut_value,
        '{{ each.responder }}' as responder,
        '{{ each.measure }}' as measure,
        conversations,
        {{ each.calendar }}_count as answered,
        {{ mean_seconds(each.calendar ~ '_sum', each.calendar ~ '_count') | indent(8) }} as mean_seconds,
        {{ each.calendar }}_median / 1000000e0 as median_seconds,
        {{ each.calendar }}_p90 / 1000000e0 as p90_seconds,
        {%- if each.business is none %}
        cast(null as double) as mean_business_seconds,
        cast(null as double) as median_business_seconds,
        cast(null as double) as p90_business_seconds
        {%- else %}
        {{ mean_seconds(each.business ~ '_sum', each.business ~ '_count') | indent(8) }} as mean_business_seconds,
        {{ each.business }}_median / 1000000e0 as median_business_seconds,
        {{ each.business }}_p90 / 1000000e0 as p90_business_seconds
        {%- endif %}
    from held
    {%- endcall %}

),

final as (

    select
        md5({{ joined_parts(['period_grain', 'cast(period_start as varchar)', 'cut_by', 'cut_value', 'responder', 'measure']) }}) as response_id,
        case responder when 'bot' then 'bot_answered_first_waits' else 'answered_conversations' end as numerator_id,
        'conversations_with_wait' as denominator_id,
        period_grain,
        period_start,
        cut_by,
        cut_value,
        responder,
        measure,
        cast(conversations as bigint) as conversations,
        cast(answered as bigint) as answered,
        cast(conversations - answered as bigint) as waiting,
        answered / nullif(cast(conversations as double), 0) as answer_rate,
        {{ wilson_low('answered', 'conversations') | indent(8) }} as rate_low,
        {{ wilson_high('answered', 'conversations') | indent(8) }} as rate_high,
        cast(mean_seconds as double) as mean_seconds,
        cast(median_seconds as double) as median_seconds,
        cast(p90_seconds as double) as p90_seconds,
        cast(mean_business_seconds as double) as mean_business_seconds,
        cast(median_business_seconds as double) as median_business_seconds,
        cast(p90_business_seconds as double) as p90_business_seconds,
        {{ is_few('answered') }} as is_small,
        cut_by in ('owner_id', 'owner_team') as uses_late_facts
    from measured

)

select * from final
