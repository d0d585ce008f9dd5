{#- A query of the metric versions that have strata: metric, metric_version, has_late_strata (facts later than the anchor). -#}
{% macro stratified_metrics() -%}
    {%- call(metric, number) union_of(conversion_metrics() | selectattr('strata') | list) -%}
    {%- if metric -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ 'true' if is_late_set(metric.strata) else 'false' }} as has_late_strata
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        false as has_late_strata
    where false
    {%- endif -%}
    {%- endcall -%}
{%- endmacro %}
