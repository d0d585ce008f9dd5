{#- A SQL string, quotes doubled; none becomes a typed null. -#}
{% macro string_literal(value) -%}
    {%- if value is none -%}
        cast(null as varchar)
    {%- else -%}
        '{{ value | string | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}
