-- Grain: one row per metric version, stratum set (a cohort set and the metric's strata), values of its dimensions and finest
-- period: `cell_date` is the first day of the coarsest period from which all grains of the metric follow.
-- Mind: conversations stand in the period of their anchor, those below the kind in the period of their start. Several cohort
-- sets may share one stratum set, so that rows of different `stratum_by` hold the same conversations.

{%- set metrics = conversion_metrics() %}

-- the two big relations are read branch by branch, and not through a CTE, of which a copy would be made
with

cohort_conversations as (

    select * from {{ ref('cohort_conversations') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

{% for metric in metrics -%}
{%- set dimensions = stratum_dimensions(metric) -%}
{%- set judged = 'judged_' ~ loop.index -%}
{%- set row_filter = 'metric = ' ~ string_literal(metric.name) ~ ' and metric_version = ' ~ metric.version -%}
-- {{ (metric.name ~ ' v' ~ metric.version) | replace('\n', ' ') }}
{{ judged }} as (

    select * from {{ ref('metric_conversations') }} as metric_conversations
    where {{ row_filter }}

),

seen_{{ loop.index }} as (

    select
        {{ cell_date("'" ~ metric.base_grain ~ "'", 'coalesce(' ~ judged ~ '.anchor_at, conversations.started_at)') | indent(8) }} as cell_date,
        {%- for dimension in dimensions %}
        {% if dimension == 'handled_by' -%}
        coalesce(
            {{ judged }}.handled_by,
            {{ handled_by_at('conversations.first_human_at', 'conversations.first_bot_at') | indent(12) }}
        ) as handled_by,
        {%- else -%}
        {{ cohort_dimension(dimension, 'conversations') | indent(8) }} as {{ dimension }},
        {%- endif %}
        {%- endfor %}
        {{ judged }}.eligibility,
        {{ judged }}.status,
        case when {{ judged }}.is_matured then 1 end as is_matured,
        case when {{ judged }}.status is not null and conversations.wait_count > 0 then 1 end as has_wait,
        case
            when
                {{ judged }}.status is not null
                and conversations.wait_count > 0
                and (
                    conversations.longest_wait_seconds > {{ setting_abandonment_hours() }} * 3600
                    or {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros('conversations.open_wait_since') }}
                    > {{ setting_abandonment_hours() }} * 3600000000
                )
                then 1
        end as is_abandoned,
        case when metric_cuts.is_kept_open and conversations.open_until >= metric_cuts.complete_at then 1 end as is_open,
        case
            when {{ judged }}.status is not null and {{ judged }}.anchor_at < metric_cuts.complete_at
                then least(
                    metric_cuts.window_us,
                    {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros(judged ~ '.anchor_at') }}
                )
        end as follow_up_us
    from {{ ref('conversations') }} as conversations
    left join {{ judged }}
        on conversations.conversation_id = {{ judged }}.conversation_id
    inner join metric_cuts
        on
            metric_cuts.metric = {{ string_literal(metric.name) }}
            and metric_cuts.metric_version = {{ metric.version }}

),

counted_{{ loop.index }} as (

    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ cohort_by(dimensions) | indent(8) }} as stratum_by,
        cell_date,
        {{ dimension_columns(dimensions) }},
        count(*) as conversations,
        count(eligibility) as of_kind,
        count(status) as eligible,
        count(is_matured) as matured,
        count(has_wait) as with_wait,
        count(is_abandoned) as abandoned,
        count(is_open) as still_open,
        count(follow_up_us) as followed,
        max(follow_up_us) as follow_up_us
    from seen_{{ loop.index }}
    group by grouping sets (
        {%- for names in stratum_sets(metric) %}
        ({{ (['cell_date'] + names) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

decided_{{ loop.index }} as (

    select
        {{ cohort_by(dimensions) | indent(8) }} as stratum_by,
        cell_date,
        {%- for dimension in dimensions %}
        {{ dimension }},
        {%- endfor %}
        sum(case when is_pending then 0 else 1 end) as converted,
        sum(case when is_pending then 1 else 0 end) as pending,
        sum(case when is_matured then 1 else 0 end) as matured_converted,
        sum(case when is_credited then 1 else 0 end) as credited,
        sum(case when is_credited and is_matured then 1 else 0 end) as matured_credited,
        sum(credit) as credit,
        sum(amount) as amount,
        sum(case when duration_us is not null and is_conversion then 1 else 0 end) as followed_converted,
        sum(case when duration_us is not null and not is_conversion then 1 else 0 end) as cut_short
    from cohort_conversations
    where
        metric = {{ string_literal(metric.name) }}
        and metric_version = {{ metric.version }}
    group by grouping sets (
        {%- for names in stratum_sets(metric) %}
        ({{ (['cell_date'] + names) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

cells_{{ loop.index }} as (

    select
        counted_{{ loop.index }}.*,
        decided_{{ loop.index }}.converted,
        decided_{{ loop.index }}.pending,
        decided_{{ loop.index }}.matured_converted,
        decided_{{ loop.index }}.credited,
        decided_{{ loop.index }}.matured_credited,
        decided_{{ loop.index }}.credit,
        decided_{{ loop.index }}.amount,
        decided_{{ loop.index }}.followed_converted,
        decided_{{ loop.index }}.cut_short
    from counted_{{ loop.index }}
    left join decided_{{ loop.index }}
        on
            counted_{{ loop.index }}.stratum_by = decided_{{ loop.index }}.stratum_by
            and counted_{{ loop.index }}.cell_date = decided_{{ loop.index }}.cell_date
            {%- set number = loop.index %}
            {%- for dimension in dimensions %}
            and coalesce(counted_{{ number }}.{{ dimension }}, '') = coalesce(decided_{{ number }}.{{ dimension }}, '')
            {%- endfor %}

),

{% endfor -%}
cells as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select * from cells_{{ number }}
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        '' as stratum_by,
        cast(null as date) as cell_date,
        {{ dimension_columns([]) }},
        {%- for measure in [
            'conversations', 'of_kind', 'eligible', 'matured', 'with_wait', 'abandoned', 'still_open', 'followed',
            'follow_up_us', 'converted', 'pending', 'matured_converted', 'credited', 'matured_credited', 'credit', 'amount',
            'followed_converted', 'cut_short',
        ] %}
        0 as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from cohort_conversations
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        metric,
        cast(metric_version as bigint) as metric_version,
        stratum_by,
        cell_date,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        cast(conversations as bigint) as conversations,
        cast(conversations - of_kind as bigint) as below_kind,
        cast(of_kind - eligible as bigint) as excluded,
        cast(eligible as bigint) as eligible,
        cast(coalesce(converted, 0) as bigint) as converted,
        cast(coalesce(pending, 0) as bigint) as pending,
        cast(eligible - coalesce(converted, 0) - coalesce(pending, 0) as bigint) as not_converted,
        cast(matured as bigint) as matured,
        cast(coalesce(matured_converted, 0) as bigint) as matured_converted,
        cast(coalesce(credited, 0) as bigint) as credited,
        cast(coalesce(matured_credited, 0) as bigint) as matured_credited,
        cast(coalesce(credit, 0) as decimal(38, 18)) as credit,
        cast(coalesce(amount, 0) as decimal(38, 12)) as amount,
        cast(with_wait as bigint) as with_wait,
        cast(abandoned as bigint) as abandoned,
        cast(still_open as bigint) as still_open,
        cast(followed as bigint) as followed,
        cast(coalesce(followed_converted, 0) as bigint) as followed_converted,
        cast(coalesce(cut_short, 0) as bigint) as cut_short,
        cast(follow_up_us as bigint) as follow_up_us
    from cells

)

select * from final
