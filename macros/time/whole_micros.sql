{#-
    A length in seconds as whole microseconds: percentiles and sums of these are exact.
    Arguments:
        seconds (SQL): a number.
    Returns: an SQL expression, a whole number; null of null.
-#}
{% macro whole_micros(seconds) -%}
cast(round({{ seconds }} * 1000000) as bigint)
{%- endmacro %}
