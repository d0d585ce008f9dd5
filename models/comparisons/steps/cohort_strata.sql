-- Grain: one row per cohort (grain `all` too) of a metric with strata, and stratum of it with a matured conversation.
-- Mind: `stratum` holds the values of the metric's strata, sorted by the names of the dimensions and each led by its length.

{%- set metrics = conversion_metrics() %}
{%- set out = namespace(branches=[]) %}
{%- for metric in metrics if metric.strata %}
{%- for names in metric.sets %}
{%- set out.branches = out.branches + [{'metric': metric, 'names': names}] %}
{%- endfor %}
{%- endfor %}

with

stratum_cells as (

    select * from {{ ref('stratum_cells') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

counted as (

    {% for branch in out.branches -%}
    {%- set wider = stratum_set(branch.metric, branch.names) -%}
    select
        {{ string_literal(branch.metric.name) }} as metric,
        {{ branch.metric.version }} as metric_version,
        {{ string_literal(branch.names | join('+') if branch.names else 'all') }} as cohort_by,
        cell_date,
        {{ dimension_columns(branch.names) }},
        {{ joined_parts(branch.metric.strata | unique | sort(case_sensitive=true)) | indent(8) }} as stratum,
        matured,
        matured_converted
    from stratum_cells
    where
        metric = {{ string_literal(branch.metric.name) }}
        and metric_version = {{ branch.metric.version }}
        and stratum_by = {{ string_literal(wider | join('+')) }}
        and matured > 0
    {%- if not loop.last %}

    union all

    {% endif %}
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
    {%- endfor %}

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
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
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
