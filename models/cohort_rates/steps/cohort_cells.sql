-- Grain: one row per metric version, cohort set, values of its dimensions and finest period: `cell_date` is the first day of
-- the coarsest period from which all grains of the metric follow. Every rate is rolled up from these.
-- Mind: conversations stand in the period of their anchor, those below the kind in the period of their start.

{%- set metrics = conversion_metrics() %}
{%- set measures = [
    'conversations', 'below_kind', 'excluded', 'eligible', 'converted', 'pending', 'not_converted', 'matured', 'matured_converted',
    'credited', 'matured_credited', 'credit', 'amount', 'with_wait', 'abandoned', 'still_open', 'followed', 'followed_converted',
    'cut_short',
] %}

with

stratum_cells as (

    select * from {{ ref('stratum_cells') }}

),

-- one branch per metric version and stratum set, for the cohort sets that share it
cells as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    {%- call(wider, place) union_of(stratum_sets(metric)) -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ cohort_by(cohort_sets_within(metric, wider) | sum(start=[]) | unique | list) | indent(8) }} as cohort_by,
        cell_date,
        {{ dimension_columns(cohort_sets_within(metric, wider) | sum(start=[]) | unique | list) }},
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        max(follow_up_us) as follow_up_us
    from stratum_cells
    where
        metric = {{ string_literal(metric.name) }}
        and metric_version = {{ metric.version }}
        and stratum_by = {{ string_literal(wider | join('+') if wider else 'all') }}
    group by grouping sets (
        {%- for names in cohort_sets_within(metric, wider) %}
        ({{ (['cell_date'] + names) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )
    {%- endcall -%}
    {%- else -%}
    select
        metric,
        metric_version,
        '' as cohort_by,
        cell_date,
        {{ dimension_columns([]) }},
        {%- for measure in measures %}
        {{ measure }},
        {%- endfor %}
        follow_up_us
    from stratum_cells
    where false
    {%- endif -%}
    {%- endcall %}

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
        {%- for measure in measures %}
        cast({{ measure }} as {{ {'credit': 'decimal(38, 18)', 'amount': 'decimal(38, 12)'}.get(measure, 'bigint') }}) as {{ measure }},
        {%- endfor %}
        cast(follow_up_us as bigint) as follow_up_us
    from cells

)

select * from final
