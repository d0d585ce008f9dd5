{#-
    Every dimension as a column of a metric that reads only some.
    Arguments:
        used (list): the names of the dimensions that are read, columns where this is written.
    Returns: SQL select items, one for each of cohort_dimensions() in its order; those not used are nulls of type
        varchar.
-#}
{% macro dimension_columns(used) -%}
    {%- for dimension in cohort_dimensions() -%}
        {{ dimension if dimension in used else 'cast(null as varchar)' }} as {{ dimension }}{% if not loop.last %},
        {% endif %}
    {%- endfor -%}
{%- endmacro %}
