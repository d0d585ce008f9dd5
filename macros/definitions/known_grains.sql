{#-
    The lengths of periods, without `all`.
    Arguments: none.
    Returns through return(): a list of names, from the finest to the coarsest.
    Mind: convsql/definitions/vocabulary.py has the same list for Python, and a test holds the two together.
-#}
{% macro known_grains() -%}
    {{ return(['day', 'week', 'month', 'quarter', 'year']) }}
{%- endmacro %}
