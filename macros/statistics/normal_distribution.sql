{#-
    The share of the standard normal distribution below `z`. Worst error 3e-15.
    Arguments:
        z (SQL): a column, for it is written many times.
    Returns: an SQL expression, a double from 0 to 1; null of null.
    Source: see normal_tail.
-#}
{% macro normal_distribution(z) -%}
    case when {{ z }} > 0 then 1 - ({{ normal_tail(z) }}) else {{ normal_tail(z) }} end
{%- endmacro %}
