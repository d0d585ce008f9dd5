{#-
    The cohort sets of a metric that are counted in one of its stratum sets.
    Arguments:
        metric (mapping): an item of conversion_metrics().
        wider (list): one of the metric's stratum_sets: sorted names of dimensions.
    Returns through return(): a list of cohort sets, each a list of names of dimensions; empty where none is counted in
        it.
-#}
{% macro cohort_sets_within(metric, wider) %}
    {%- set out = namespace(sets=[]) -%}
    {%- for names in metric.sets if stratum_set(metric, names) == wider -%}
        {%- set out.sets = out.sets + [names] -%}
    {%- endfor -%}
    {{ return(out.sets) }}
{% endmacro %}
