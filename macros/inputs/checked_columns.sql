{#-
    The columns of an input, in the order in which `input_rows` counts their values: the required ones, and then the
    others. More of them than input_rows has room for is a compile error.
    Arguments:
        input (text): a name of declared_inputs().
    Returns through return(): a list of [name, kind, whether it is required], as in declared_inputs.
-#}
{%- macro checked_columns(input) -%}
{%- set columns = declared_inputs()[input].columns -%}
{%- set checked = (columns | selectattr(2) | list) + (columns | rejectattr(2) | list) -%}
{%- if checked | length > checked_positions() | length -%}
    {{ exceptions.raise_compiler_error("input '" ~ input ~ "' has " ~ checked | length ~ " columns, and input_rows has room for " ~ checked_positions() | length) }}
{%- endif -%}
{{ return(checked) }}
{%- endmacro -%}
