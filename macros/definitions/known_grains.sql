{#-
    The lengths of periods, from the finest to the coarsest, without `all`. Returns a list of names.
    Mind: convsql/definitions/vocabulary.py has the same list for Python, and a test holds the two together.
-#}
{% macro known_grains() -%}
    {{ return(['day', 'week', 'month', 'quarter', 'year']) }}
{%- endmacro %}
