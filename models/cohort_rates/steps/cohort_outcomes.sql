-- Grain: one row per cohort with a touch: how many outcomes and deals its conversations touched, each once.
-- Mind: an outcome touched from two periods counts in both, and once in their total; these numbers do not add up.

{%- set metrics = conversion_metrics() %}

with

cohort_touches as (

    select * from {{ ref('cohort_touches') }}

),

{% for metric in metrics -%}
touches_{{ loop.index }} as (

    select
        {%- for grain in metric.grains if grain != 'all' %}
        {{ period_start("'" ~ grain ~ "'", 'cell_date') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        {%- for dimension in metric.dimensions %}
        {{ dimension }},
        {%- endfor %}
        outcome_number,
        deal_number
    from cohort_touches
    where
        metric = {{ string_literal(metric.name) }}
        and metric_version = {{ metric.version }}

),

counts_{{ loop.index }} as (

    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        case
            when false then 'all'
            {%- for grain in metric.grains if grain != 'all' %}
            when {{ grain }}_start is not null then '{{ grain }}'
            {%- endfor %}
            else 'all'
        end as cohort_grain,
        coalesce(
            {%- for grain in metric.grains if grain != 'all' %}
            {{ grain }}_start,
            {%- endfor %}
            cast(null as date)
        ) as cohort_period,
        {{ cohort_by(metric.dimensions) | indent(8) }} as cohort_by,
        {{ dimension_columns(metric.dimensions) }},
        count(distinct outcome_number) as outcomes,
        count(distinct deal_number) as deals
    from touches_{{ loop.index }}
    group by grouping sets (
        {%- for names in metric.sets %}
        {%- set last_set = loop.last -%}
        {%- for grain in metric.grains %}
        ({{ (([] if grain == 'all' else [grain ~ '_start']) + names) | join(', ') }}){% if not (last_set and loop.last) %},{% endif %}
        {%- endfor %}
        {%- endfor %}
    )

),

{% endfor -%}
counts as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select * from counts_{{ number }}
    {%- else -%}
    select
        metric,
        metric_version,
        '' as cohort_grain,
        cell_date as cohort_period,
        '' as cohort_by,
        {{ dimension_columns([]) }},
        0 as outcomes,
        0 as deals
    from cohort_touches
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        {{ cohort_id() | indent(8) }} as cohort_id,
        cast(outcomes as bigint) as outcomes,
        cast(deals as bigint) as deals
    from counts
    where outcomes > 0

)

select * from final
