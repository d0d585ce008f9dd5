{#- A length in seconds as whole microseconds: percentiles and sums of these are exact. -#}
{% macro whole_micros(seconds) -%}
cast(round({{ seconds }} * 1000000) as bigint)
{%- endmacro %}
