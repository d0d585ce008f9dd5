-- Grain: one row per cohort (grain `all` too) of a metric with strata, and stratum of it with a matured conversation.
-- Mind: `stratum` holds the values of the metric's strata, sorted by the names of the dimensions and each led by its length.

{%- set metrics = conversion_metrics() | selectattr('strata') | list %}

with

stratum_cells as (

    select * from {{ ref('stratum_cells') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

counted as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    {%- call(names, place) union_of(metric.sets) -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ string_literal(names | join('+') if names else 'all') }} as cohort_by,
        cell_date,
        {{ dimension_columns(names) }},
        {{ joined_parts(metric.strata | unique | sort(case_sensitive=true)) | indent(8) }} as stratum,
        matured,
        matured_converted
    from stratum_cells
    where
        metric = {{ string_literal(metric.name) }}
        and metric_version = {{ metric.version }}
        and stratum_by = {{ string_literal(stratum_set(metric, names) | join('+')) }}
        and matured > 0
    {%- endcall -%}
    {%- else -%}
    select
        metric,
        metric_version,
        '' as cohort_by,
        cell_date,
        {{ dimension_columns([]) }},
        '' as stratum,
        matured,
        matured_converted
    from stratum_cells
    where false
    {%- endif -%}
    {%- endcall %}

),

placed as (

    {{ cohorts_of('counted', 'cohort_sets', 'cell_date', ['stratum', 'matured', 'matured_converted']) | trim }}

),

totals as (

    select
        metric,
        cast(metric_version as bigint) as metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        stratum,
        cast(sum(matured) as bigint) as matured,
        cast(sum(matured_converted) as bigint) as matured_converted
    from placed
    group by
        {{ cohort_key() | indent(8) }},
        stratum

),

final as (

    select
        {{ cohort_id() | indent(8) }} as cohort_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_by,
        stratum,
        matured,
        matured_converted
    from totals

)

select * from final
