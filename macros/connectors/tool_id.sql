{#-
    An id with its tool's name before it, so that ids of two tools are never the same.
    Arguments:
        tool (text): a connector's name.
        column (SQL): an id of any type.
    Returns: an SQL expression, a text; null where the id is null or blank.
-#}
{%- macro tool_id(tool, column) -%}
'{{ tool }}:' || {{ as_text(column) }}
{%- endmacro -%}
