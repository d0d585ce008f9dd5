{#-
    The rows of an input with every column of declared_inputs typed by its kind.
    Arguments:
        input (text): a name of declared_inputs().
        relation (relation): the raw one, none for an input that is not switched on.
    Returns: a query of the input's columns.
-#}
{%- macro typed_input(input, relation) -%}
select
        {%- for column, kind, is_required in declared_inputs()[input].columns %}
        {{ as_checked(column, kind) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ raw_rows(relation, input_columns(input, 'required'), input_columns(input, 'optional')) }} as raw_rows
{%- endmacro -%}
