{#-
    The fewest of which a rate is read without a mark.
    Arguments: none.
    Returns: an SQL literal, a whole number.
    Mind: FEW of convsql/definitions/vocabulary.py is this number, and a test holds the two together.
-#}
{% macro few() -%}
30
{%- endmacro %}
