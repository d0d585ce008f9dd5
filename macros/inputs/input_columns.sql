{#-
    The columns of an input (declared_inputs).
    Arguments:
        input (text): a name of declared_inputs().
        which (text, default 'all'): `all`, or those that are `required`, or `optional`.
    Returns through return(): a list of names.
-#}
{%- macro input_columns(input, which='all') -%}
{%- set columns = declared_inputs()[input].columns -%}
{%- if which == 'required' -%}
    {%- set columns = columns | selectattr(2) -%}
{%- elif which == 'optional' -%}
    {%- set columns = columns | rejectattr(2) -%}
{%- endif -%}
{{ return(columns | map(attribute=0) | list) }}
{%- endmacro -%}
