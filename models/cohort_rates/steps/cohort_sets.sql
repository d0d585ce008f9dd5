-- Grain: one row per metric version, cohort set and cohort grain: what `cohorts` of each metric asks for, and grain `all`.
-- Mind: `cohort_by` holds the names sorted; the flags say the same, one for each dimension, and are what models read.
-- A retired version has no rows.

{%- set metrics = conversion_metrics() %}
{%- set retiring = metrics | rejectattr('retired_on', 'none') | list %}

with

{% if retiring -%}
metric_versions as (

    select * from {{ ref('metric_versions') }}

),

{% endif -%}
asked as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    {%- call(names, place) union_of(metric.sets) -%}
    {%- call(grain, position) union_of(metric.grains) -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ string_literal(names | join('+') if names else 'all') }} as cohort_by,
        {{ string_literal(grain) }} as cohort_grain,
        {{ 'true' if metric.exclude_dispositions or is_late_set(names) else 'false' }} as uses_late_facts
        {%- for dimension in cohort_dimensions() %},
        {{ 'true' if dimension in names else 'false' }} as has_{{ dimension }}
        {%- endfor %}
    {%- endcall -%}
    {%- endcall -%}
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        '' as cohort_by,
        '' as cohort_grain,
        false as uses_late_facts
        {%- for dimension in cohort_dimensions() %},
        false as has_{{ dimension }}
        {%- endfor %}
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        asked.metric,
        cast(asked.metric_version as bigint) as metric_version,
        asked.cohort_by,
        asked.cohort_grain,
        cast(asked.uses_late_facts as boolean) as uses_late_facts
        {%- for dimension in cohort_dimensions() %},
        cast(asked.has_{{ dimension }} as boolean) as has_{{ dimension }}
        {%- endfor %}
    from asked
    {%- if retiring %}
    inner join metric_versions
        on
            asked.metric = metric_versions.metric
            and asked.metric_version = metric_versions.metric_version
    {%- endif %}

)

select * from final
