{#- One cohort set of a metric with the metric's strata added, sorted. -#}
{% macro stratum_set(metric, names) %}
    {{ return((names + metric.strata) | unique | sort(case_sensitive=true) | list) }}
{% endmacro %}
