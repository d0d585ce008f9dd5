{#- A SQL date from its text `YYYY-MM-DD`; none becomes a typed null. -#}
{% macro date_literal(value) -%}
    {%- if value is none -%}
        cast(null as date)
    {%- else -%}
        cast('{{ value }}' as date)
    {%- endif -%}
{%- endmacro %}
