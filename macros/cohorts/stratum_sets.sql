{#-
    The sets of dimensions by which a metric's conversations are counted: each of its cohort sets with its strata added,
    sorted, every one once. All rates are rolled up from these counts.
    Arguments:
        metric (mapping): an item of conversion_metrics().
    Returns through return(): a list of sets, each a list of names of dimensions.
-#}
{% macro stratum_sets(metric) %}
    {%- set out = namespace(sets=[]) -%}
    {%- for names in metric.sets -%}
        {%- set wider = stratum_set(metric, names) -%}
        {%- if wider not in out.sets -%}
            {%- set out.sets = out.sets + [wider] -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(out.sets) }}
{% endmacro %}
