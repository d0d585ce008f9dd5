{#-
    Column names with the relation's name before each.
    Arguments:
        relation (text): the name or alias of a relation.
        columns (list): names of its columns.
    Returns through return(): a list of names, `relation.column`, in the order given.
-#}
{% macro qualified(relation, columns) %}
    {%- set out = namespace(names=[]) -%}
    {%- for column in columns -%}
        {%- set out.names = out.names + [relation ~ '.' ~ column] -%}
    {%- endfor -%}
    {{ return(out.names) }}
{% endmacro %}
