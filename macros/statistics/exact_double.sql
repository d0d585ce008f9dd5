{#-
    A decimal sum as a double, rounded to twelve places so that thirds which add up to one say one.
    Arguments:
        sum (SQL): a number below 1e26 on either side of 0.
    Returns: an SQL expression, a double; null of null.
-#}
{% macro exact_double(sum) -%}
    cast(cast({{ sum }} as decimal(38, 12)) as double)
{%- endmacro %}
