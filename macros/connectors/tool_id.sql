{#-
    An id with its tool's name before it, so that ids of two tools are never the same.
    Arguments:
        tool (text): a connector's name.
        column (SQL): an id of any type.
    Returns: an SQL expression, a text; null where the id is null or blank. An id of which digits are lost is handed on
        as it is, without the tool's name, so that staging counts it as one that can't be read.
-#}
{%- macro tool_id(tool, column) -%}
coalesce('{{ tool }}:' || {{ as_id(column) }}, {{ as_label(column) }})
{%- endmacro -%}
