{#-
    The column of `conversations` that says when a conversation became this kind.
    Arguments:
        kind (text): a key of kind_columns().
    Returns through return(): the name of the column.
-#}
{% macro kind_at(kind) -%}
    {{ return(kind_columns()[kind]) }}
{%- endmacro %}
