{#- The dimensions that any cohort set of a metric, or its strata, read; none when it has no set. -#}
{% macro stratum_dimensions(metric) %}
    {{ return((metric.dimensions + (metric.strata if metric.sets else [])) | unique | list) }}
{% endmacro %}
