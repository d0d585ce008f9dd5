{#-
    A column as what a kind of `checked_columns` makes of it; null where the value can't be used.
-#}
{%- macro as_checked(column, kind) -%}
{%- if kind == 'time' -%}
{{ as_timestamp(column) }}
{%- elif kind == 'open_time' -%}
{{ as_timestamp(column, any_time=true) }}
{%- elif kind in ('number', 'score') -%}
{{ as_number(column) }}
{%- elif kind == 'text' -%}
{{ as_text(column) }}
{%- else -%}
{{ as_code(column) }}
{%- endif -%}
{%- endmacro -%}
