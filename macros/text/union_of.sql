{#-
    One query per item, one below the other: `{% call(item, number) union_of(items) -%} … {%- endcall %}`.
    Arguments:
        items (list): what the queries are of; the body of the block is given an item and its number, from 1.
    Returns: SQL, the queries with `union all` between them.
    Mind: where there is no item the body is asked once, with none and 0, for a query with the same columns and no
    rows. Items of items: a block inside the block.
-#}
{% macro union_of(items) -%}
    {%- for item in items -%}
    {{ caller(item, loop.index) }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- else -%}
    {{ caller(none, 0) }}
    {%- endfor -%}
{%- endmacro %}
