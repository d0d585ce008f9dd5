{#-
    Whether two relations agree in some columns.
    Arguments:
        left (text): the name or alias of one.
        right (text): that of the other.
        columns (list): names of columns that both have, at least one.
    Returns: an SQL condition; null where a column is.
-#}
{% macro equal_columns(left, right, columns) -%}
    {%- for column in columns -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{% if not loop.last %} and {% endif %}
    {%- endfor -%}
{%- endmacro %}
