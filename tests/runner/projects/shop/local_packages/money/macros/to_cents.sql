{% macro to_cents(column, factor=100) -%}
cast(round({{ column }} * {{ factor }}) as bigint)
{%- endmacro %}
