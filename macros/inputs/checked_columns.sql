{#-
    The columns of an input of which staging may lose a value: the required ones, and then those that are typed. More of
    them than input_rows has room for is a compile error.
    Arguments:
        input (text): a name of declared_inputs().
    Returns through return(): a list of [name, kind, whether it is required], as in declared_inputs, in the order in
        which `input_rows` counts them.
-#}
{%- macro checked_columns(input) -%}
{%- set columns = declared_inputs()[input].columns -%}
{%- set checked = (columns | selectattr(2) | list) + (columns | rejectattr(2) | rejectattr(1, 'in', ['text', 'code']) | list) -%}
{%- if checked | length > checked_positions() | length -%}
    {{ exceptions.raise_compiler_error("input '" ~ input ~ "' has " ~ checked | length ~ " columns to check, and input_rows has room for " ~ checked_positions() | length) }}
{%- endif -%}
{{ return(checked) }}
{%- endmacro -%}
