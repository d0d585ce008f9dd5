{#-
    One row for each key of an input (declared_inputs), as one_row_per_key chooses it.
    Arguments:
        input (text): a name of declared_inputs().
        relation (relation): the input's rows, typed.
        earliest (text, default none): the column of a time whose least value goes before all else, or none.
    Returns: a query of the input's columns.
-#}
{%- macro kept_rows(input, relation, earliest=none) -%}
{{ one_row_per_key(relation, declared_inputs()[input].key, input_columns(input), earliest=earliest) }}
{%- endmacro -%}
