{#-
    The columns of an input by name. A required column the file lacks is an error of the engine's that names it; an
    optional one the file lacks is null.
    Arguments:
        relation (relation): the raw rows; none (an input not switched on) has no rows.
        required (list): names of columns.
        optional (list): names of columns.
    Returns: a relation for a from clause, in parentheses: the required columns and then the optional ones.
    Mind: a name that the inner select does not find in the file is looked up outside it, in `absent`; where the file
        has every column the join with that one row costs nothing.
-#}
{%- macro raw_rows(relation, required, optional) -%}
{%- if relation is none -%}
(
        select
        {%- for column in required + optional %}
            cast(null as varchar) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        where 1 = 0
    )
{%- elif not optional -%}
(
        select
        {%- for column in required %}
            {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        from {{ relation }} as source_rows
    )
{%- else -%}
(
        select
        {%- for column in required + optional %}
            given.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        from (
            select
            {%- for column in optional %}
                cast(null as varchar) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as absent
        cross join lateral (
            select
            {%- for column in required + optional %}
                {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
            from {{ relation }} as source_rows
        ) as given
    )
{%- endif -%}
{%- endmacro -%}
