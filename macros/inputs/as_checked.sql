{#-
    A column as what a kind of declared_inputs makes of it.
    Arguments:
        column (SQL): a column of any type.
        kind (text): time, open_time, number, score or text; any other kind is read as a code.
    Returns: an SQL expression, typed by the kind; null where the value can't be used.
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
