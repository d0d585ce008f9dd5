{#- The cohort sets of a metric that are counted in one of its stratum sets. -#}
{% macro cohort_sets_within(metric, wider) %}
    {%- set out = namespace(sets=[]) -%}
    {%- for names in metric.sets if stratum_set(metric, names) == wider -%}
        {%- set out.sets = out.sets + [names] -%}
    {%- endfor -%}
    {{ return(out.sets) }}
{% endmacro %}
