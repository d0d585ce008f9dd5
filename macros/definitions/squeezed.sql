{#-
    A piece of SQL with every run of white space as one space, so that its layout is no part of what it says. White
    space inside single quotes is kept. SQL with a comment, a quoted name, a backslash or a dollar quote is only
    trimmed, because there a line end or a quote can mean something else.
    Arguments:
        sql (text): any SQL.
    Returns through return(): a text of the same meaning.
-#}
{% macro squeezed(sql) %}
    {%- set kept = namespace(is_plain=true, parts=[]) -%}
    {%- for mark in ['--', '/*', '"', '\\', '$'] if mark in sql -%}
        {%- set kept.is_plain = false -%}
    {%- endfor -%}
    {%- if not kept.is_plain -%}
        {{ return(sql | trim) }}
    {%- endif -%}
    {%- for part in sql.split("'") -%}
        {%- if loop.index0 is even -%}
            {%- set inner = part.split() | join(' ') -%}
            {%- set before = ' ' if part and part[0] | trim == '' else '' -%}
            {%- set after = ' ' if inner and part[-1] | trim == '' else '' -%}
            {%- set kept.parts = kept.parts + [before ~ inner ~ after] -%}
        {%- else -%}
            {%- set kept.parts = kept.parts + [part] -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(kept.parts | join("'") | trim) }}
{% endmacro %}
