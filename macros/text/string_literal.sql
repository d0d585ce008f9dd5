{#-
    A value as an SQL string, its quotes doubled.
    Arguments:
        value (value): a text or anything that can be written as one, or none.
    Returns: an SQL literal; none becomes a null of type varchar.
-#}
{% macro string_literal(value) -%}
    {%- if value is none -%}
        cast(null as varchar)
    {%- else -%}
        '{{ value | string | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}
