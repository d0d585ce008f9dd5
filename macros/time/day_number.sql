{#-
    A date as the number of days since 1970, so that days are added and compared as numbers on every engine.
    Arguments:
        day (SQL): a date.
    Returns: an SQL expression, a whole number; null of null.
-#}
{% macro day_number(day) -%}
cast(floor({{ epoch_micros('cast(' ~ day ~ ' as timestamp)') }} / 86400000000e0) as bigint)
{%- endmacro %}
