{#-
    SQL strings, separated by commas, for IN.
    Arguments:
        values (list): texts, each written by string_literal.
    Returns: the inside of an SQL list, without parentheses; a null for an empty list, which nothing is in.
-#}
{% macro string_list(values) -%}
    {%- for value in values %}{{ string_literal(value) }}{% if not loop.last %}, {% endif %}{% else %}null{% endfor -%}
{%- endmacro %}
