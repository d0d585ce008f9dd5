{#-
    Microseconds since 1970: lengths are summed as these and divided once.
    Arguments:
        timestamp (SQL): a timestamp.
    Returns: an SQL expression, an exact whole number; null of null.
-#}
{% macro epoch_micros(timestamp) -%}
epoch_us({{ timestamp }})
{%- endmacro %}
