{#- The names of an input's columns (declared_inputs), as a list: all of them, or those that are `required`, or `optional`. -#}
{%- macro input_columns(input, which='all') -%}
{%- set columns = declared_inputs()[input].columns -%}
{%- if which == 'required' -%}
    {%- set columns = columns | selectattr(2) -%}
{%- elif which == 'optional' -%}
    {%- set columns = columns | rejectattr(2) -%}
{%- endif -%}
{{ return(columns | map(attribute=0) | list) }}
{%- endmacro -%}
