-- Grain: one row per metric version, cohort set, values of its dimensions and finest period: `cell_date` is the first day of
-- the coarsest period from which all grains of the metric follow. Every rate is rolled up from these.
-- Mind: conversations stand in the period of their anchor, those below the kind in the period of their start.

{%- set metrics = conversion_metrics() %}

with

conversations as (

    select * from {{ ref('conversations') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

attributed_outcomes as (

    select * from {{ ref('attributed_outcomes') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

credits as (

    select
        metric,
        metric_version,
        conversation_id,
        max(case when credit > 0 then 1 else 0 end) as is_credited,
        sum(cast(credit as decimal(38, 18))) as credit,
        sum(cast(credited_amount as decimal(38, 12))) as amount
    from attributed_outcomes
    group by
        metric,
        metric_version,
        conversation_id

),

{% for metric in metrics -%}
{%- set row_filter = 'metric = ' ~ string_literal(metric.name) ~ ' and metric_version = ' ~ metric.version -%}
-- {{ metric.name }} v{{ metric.version }}
judged_{{ loop.index }} as (

    select * from metric_conversations
    where {{ row_filter }}

),

credits_{{ loop.index }} as (

    select * from credits
    where {{ row_filter }}

),

seen_{{ loop.index }} as (

    select
        {{ cell_date("'" ~ metric.base_grain ~ "'", 'coalesce(judged_' ~ loop.index ~ '.anchor_at, conversations.started_at)') | indent(8) }} as cell_date,
        {%- for dimension in metric.dimensions %}
        {% if dimension == 'handled_by' -%}
        coalesce(
            judged_{{ loop.index }}.handled_by,
            {{ handled_by_at('conversations.first_human_at', 'conversations.first_bot_at') | indent(12) }}
        ) as handled_by,
        {%- else -%}
        {{ cohort_dimension(dimension, 'conversations') | indent(8) }} as {{ dimension }},
        {%- endif %}
        {%- endfor %}
        judged_{{ loop.index }}.eligibility,
        judged_{{ loop.index }}.status,
        judged_{{ loop.index }}.is_matured,
        credits_{{ loop.index }}.is_credited,
        credits_{{ loop.index }}.credit,
        credits_{{ loop.index }}.amount,
        judged_{{ loop.index }}.eligibility = 'eligible' and conversations.wait_count > 0 as has_wait,
        conversations.longest_wait_seconds > {{ setting_abandonment_hours() }} * 3600
        or {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros('conversations.open_wait_since') }}
        > {{ setting_abandonment_hours() }} * 3600000000 as is_abandoned,
        conversations.open_until >= metric_cuts.complete_at as is_open,
        judged_{{ loop.index }}.eligibility = 'eligible' and judged_{{ loop.index }}.anchor_at < metric_cuts.complete_at as is_followed,
        coalesce(judged_{{ loop.index }}.converted_at <= metric_cuts.complete_at, false) as is_seen,
        judged_{{ loop.index }}.window_ends_at > metric_cuts.complete_at as is_short,
        {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros('judged_' ~ loop.index ~ '.anchor_at') }} as since_anchor_us,
        metric_cuts.window_us
    from conversations
    left join judged_{{ loop.index }}
        on conversations.conversation_id = judged_{{ loop.index }}.conversation_id
    left join credits_{{ loop.index }}
        on conversations.conversation_id = credits_{{ loop.index }}.conversation_id
    inner join metric_cuts
        on
            metric_cuts.metric = {{ string_literal(metric.name) }}
            and metric_cuts.metric_version = {{ metric.version }}

),

cells_{{ loop.index }} as (

    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ cohort_by(metric.dimensions) | indent(8) }} as cohort_by,
        cell_date,
        {{ dimension_columns(metric.dimensions) }},
        count(*) as conversations,
        count(*) - count(eligibility) as below_kind,
        sum(case when eligibility <> 'eligible' then 1 else 0 end) as excluded,
        count(status) as eligible,
        sum(case when status = 'converted' then 1 else 0 end) as converted,
        sum(case when status = 'pending' then 1 else 0 end) as pending,
        sum(case when status = 'not_converted' then 1 else 0 end) as not_converted,
        sum(case when is_matured then 1 else 0 end) as matured,
        sum(case when is_matured and status = 'converted' then 1 else 0 end) as matured_converted,
        sum(is_credited) as credited,
        sum(case when is_matured then is_credited end) as matured_credited,
        sum(credit) as credit,
        sum(amount) as amount,
        sum(case when has_wait then 1 else 0 end) as with_wait,
        sum(case when has_wait and is_abandoned then 1 else 0 end) as abandoned,
        sum(case when is_open then 1 else 0 end) as still_open,
        sum(case when is_followed then 1 else 0 end) as followed,
        sum(case when is_followed and is_seen then 1 else 0 end) as followed_converted,
        sum(case when is_followed and not is_seen and is_short then 1 else 0 end) as cut_short,
        max(case when is_followed then least(window_us, since_anchor_us) end) as follow_up_us
    from seen_{{ loop.index }}
    group by grouping sets (
        {%- for names in metric.sets %}
        ({{ (['cell_date'] + names) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

{% endfor -%}
cells as (

    {% for metric in metrics -%}
    select * from cells_{{ loop.index }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        '' as cohort_by,
        cast(null as date) as cell_date,
        {{ dimension_columns([]) }},
        {%- for measure in additive_measures() + ['with_wait', 'abandoned', 'still_open', 'followed', 'followed_converted', 'cut_short', 'follow_up_us', 'credit', 'amount'] %}
        0 as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from credits
    where false
    {%- endfor %}

),

final as (

    select
        cast(row_number() over (
            order by
                metric,
                metric_version,
                cohort_by,
                cell_date,
                {{ cohort_dimensions() | join(',\n                ') }}
        ) as bigint) as cell_id,
        metric,
        cast(metric_version as bigint) as metric_version,
        cohort_by,
        cell_date,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        {%- for measure in additive_measures() %}
        cast(coalesce({{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        cast(coalesce(credit, 0) as decimal(38, 18)) as credit,
        cast(coalesce(amount, 0) as decimal(38, 12)) as amount,
        {%- for measure in ['with_wait', 'abandoned', 'still_open', 'followed', 'followed_converted', 'cut_short', 'follow_up_us'] %}
        cast({{ measure }} as bigint) as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from cells

)

select * from final
