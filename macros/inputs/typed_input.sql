{#-
    The rows of an input with every column of declared_inputs typed by its kind; a time that can't be true is null.
    Arguments:
        input (text): a name of declared_inputs().
        relation (relation): the raw one, none for an input that is not switched on.
    Returns: a query of the input's columns.
-#}
{%- macro typed_input(input, relation) -%}
{{ typed_rows(input, raw_rows(relation, input_columns(input, 'required'), input_columns(input, 'optional'))) }}
{%- endmacro -%}
