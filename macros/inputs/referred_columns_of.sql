{#-
    The columns that references (declared_references) refer to, each once.
    Arguments:
        references (list): some of declared_references().
    Returns through return(): a list of [input, column], in the order in which they are first referred to.
-#}
{%- macro referred_columns_of(references) -%}
{%- set found = namespace(columns=[]) -%}
{%- for reference in references if reference[2:4] not in found.columns -%}
    {%- set found.columns = found.columns + [reference[2:4]] -%}
{%- endfor -%}
{{ return(found.columns) }}
{%- endmacro -%}
