{#-
    A code, channel, direction, status, stage, kind, role or industry: trimmed, lower-cased, null when blank.
-#}
{%- macro as_code(column) -%}
nullif(lower({{ trim_white('cast(' ~ column ~ ' as varchar)') }}), '')
{%- endmacro -%}
