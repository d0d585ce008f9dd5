{#-
    The day of the week of a wall-clock time or date.
    Arguments:
        local_at (SQL): a timestamp or a date.
    Returns: an SQL expression, a whole number: 1 for Monday to 7 for Sunday; null of null.
-#}
{% macro weekday_of(local_at) -%}
cast(cast({{ local_at }} as date) - cast(date_trunc('week', {{ local_at }}) as date) + 1 as bigint)
{%- endmacro %}
