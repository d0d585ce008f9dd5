{#-
    A code, channel, direction, status, stage, kind, role or industry.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a text: trimmed, lower-cased, null when blank.
    Mind: a plain chain of functions, with no CASE, is run once per distinct value of a dictionary-encoded column.
-#}
{%- macro as_code(column) -%}
nullif(lower(trim(cast({{ column }} as varchar), '{{ white_space() }}')), '')
{%- endmacro -%}
