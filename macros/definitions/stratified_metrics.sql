{#-
    The metric versions that have strata.
    Arguments: none.
    Returns: a query of metric, metric_version and has_late_strata (facts later than the anchor); no rows where no
        version has any.
-#}
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
