{#- SQL strings, separated by commas, for IN; a null for an empty list, which nothing is in. -#}
{% macro string_list(values) -%}
    {%- for value in values %}{{ string_literal(value) }}{% if not loop.last %}, {% endif %}{% else %}null{% endfor -%}
{%- endmacro %}
