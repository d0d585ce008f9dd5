{#-
    The positions that `input_rows` has columns for: how many columns of one input can be checked.
    Arguments: none.
    Returns through return(): a list of whole numbers from 1 on.
-#}
{%- macro checked_positions() -%}
{{ return([1, 2, 3, 4, 5, 6, 7, 8, 9]) }}
{%- endmacro -%}
