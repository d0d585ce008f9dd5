{#-
    A double rounded to nine places, so that a product which is whole but for its last digits is whole, on every engine.
    Arguments:
        value (SQL): a double.
    Returns: an SQL expression, a double; null of null.
    Mind: from some millions on a double has fewer places, and stays as it is.
-#}
{% macro nine_places(value) -%}
    round(({{ value }}) * 1e9) / 1e9
{%- endmacro %}
