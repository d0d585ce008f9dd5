{#-
    The rows of several relations, one below the other, every column as text; no rows where the list is empty. What the
    columns lack is as in raw_rows.
-#}
{%- macro stacked_rows(relations, required, optional) -%}
    {% call(relation, number) union_of(relations) -%}
    select
    {%- for column in required + optional %}
        cast(rows_read.{{ column }} as varchar) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ raw_rows(relation, required, optional) }} as rows_read
    {%- endcall %}
{%- endmacro -%}
