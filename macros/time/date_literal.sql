{#-
    An SQL date from its text.
    Arguments:
        value (text): `YYYY-MM-DD`, or none.
    Returns: an SQL expression, a date; none becomes a typed null.
-#}
{% macro date_literal(value) -%}
    {%- if value is none -%}
        cast(null as date)
    {%- else -%}
        cast('{{ value }}' as date)
    {%- endif -%}
{%- endmacro %}
