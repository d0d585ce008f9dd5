{#-
    The rows of a relation that has the columns of an input, each typed by its kind; a time that can't be true is null.
    Arguments:
        input (text): a name of declared_inputs().
        rows (relation): raw rows, a relation for a from clause.
        already_read (list, default []): names of columns that are typed in it.
    Returns: a query of the input's columns.
-#}
{%- macro typed_rows(input, rows, already_read=[]) -%}
select
        {%- for column, kind, is_required in declared_inputs()[input].columns %}
        {{ plausible_time('values_read.' ~ column) ~ ' as ' ~ column if kind == 'time' else 'values_read.' ~ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            {%- for column, kind, is_required in declared_inputs()[input].columns %}
            {{ 'rows_read.' ~ column if column in already_read else as_checked('rows_read.' ~ column, kind) ~ ' as ' ~ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ rows }} as rows_read
    ) as values_read
{%- endmacro -%}
