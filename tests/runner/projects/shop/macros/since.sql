{% macro since(day) -%}
timestamp '{{ day }} 00:00:00'
{%- endmacro %}
