{#-
    The metric versions that have strata.
    Arguments: none.
    Returns: a query of metric, metric_version and has_late_strata (facts later than the anchor); no rows where no
        version has any.
-#}
{% macro stratified_metrics() -%}
    {%- for metric in conversion_metrics() if metric.strata -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ 'true' if is_late_set(metric.strata) else 'false' }} as has_late_strata
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        false as has_late_strata
    where false
    {%- endfor -%}
{%- endmacro %}
