{#- Every dimension as a column of a metric that reads only some: the others are typed nulls. -#}
{% macro dimension_columns(used) -%}
    {%- for dimension in cohort_dimensions() -%}
        {{ dimension if dimension in used else 'cast(null as varchar)' }} as {{ dimension }}{% if not loop.last %},
        {% endif %}
    {%- endfor -%}
{%- endmacro %}
