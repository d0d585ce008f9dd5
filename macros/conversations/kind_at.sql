{#- The column of `conversations` that says when a conversation became this kind. `kind` is a key of kind_columns. Returns a name. -#}
{% macro kind_at(kind) -%}
    {{ return(kind_columns()[kind]) }}
{%- endmacro %}
