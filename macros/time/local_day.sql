{#-
    The day of a UTC timestamp in the variable `timezone`. Of `as_of` it is what models call today.
    Arguments:
        at (SQL): a UTC timestamp.
    Returns: an SQL expression, a date; null of null.
-#}
{% macro local_day(at) -%}
    cast({{ local_time(at) }} as date)
{%- endmacro %}
