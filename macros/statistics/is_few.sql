{#- Whether so many are too few to read a rate from. `count` is an SQL expression. Returns an SQL condition. -#}
{% macro is_few(count) -%}
{{ count }} < {{ few() }}
{%- endmacro %}
