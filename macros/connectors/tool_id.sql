{#- An id with its tool's name before it, so that ids of two tools are never the same; null stays null. -#}
{%- macro tool_id(tool, column) -%}
'{{ tool }}:' || {{ as_text(column) }}
{%- endmacro -%}
