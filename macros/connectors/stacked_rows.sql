{#-
    The rows of several relations, one below the other, every column as text.
    Arguments:
        relations (list): names of relations; no rows where the list is empty or none.
        required (list): names of the columns that every relation must have.
        optional (list): names of the columns that a relation may lack, as in raw_rows.
    Returns: a query of the required columns and then the optional ones.
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
