{#-
    The positions that `input_rows` has columns for: how many columns an input can have.
    Arguments: none.
    Returns through return(): a list of whole numbers from 1 on.
-#}
{%- macro checked_positions() -%}
{{ return(range(1, 15) | list) }}
{%- endmacro -%}
