{#- Column names with the relation's name before each. -#}
{% macro qualified(relation, columns) %}
    {%- set out = namespace(names=[]) -%}
    {%- for column in columns -%}
        {%- set out.names = out.names + [relation ~ '.' ~ column] -%}
    {%- endfor -%}
    {{ return(out.names) }}
{% endmacro %}
