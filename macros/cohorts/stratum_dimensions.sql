{#-
    The dimensions that any cohort set of a metric, or its strata, read.
    Arguments:
        metric (mapping): an item of conversion_metrics().
    Returns through return(): a list of names, each once; only the metric's dimensions when it has no set.
-#}
{% macro stratum_dimensions(metric) %}
    {{ return((metric.dimensions + (metric.strata if metric.sets else [])) | unique | list) }}
{% endmacro %}
