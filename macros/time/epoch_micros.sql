{#- Microseconds since 1970 as an exact integer: lengths are summed as these and divided once. -#}
{% macro epoch_micros(timestamp) -%}
epoch_us({{ timestamp }})
{%- endmacro %}
