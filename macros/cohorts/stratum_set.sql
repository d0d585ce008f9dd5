{#-
    One cohort set of a metric with the metric's strata added.
    Arguments:
        metric (mapping): an item of conversion_metrics().
        names (list): the cohort set: names of dimensions.
    Returns through return(): a list of names, sorted, each once.
-#}
{% macro stratum_set(metric, names) %}
    {{ return((names + metric.strata) | unique | sort(case_sensitive=true) | list) }}
{% endmacro %}
