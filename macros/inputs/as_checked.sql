{#-
    A column as what a kind of declared_inputs makes of it.
    Arguments:
        column (SQL): a column of any type.
        kind (text): a kind of declared_inputs; one that is none of time, open_time, number, duration, score, id,
            label and text is read as a code.
    Returns: an SQL expression, typed by the kind; null where the value can't be used. Whether a time can be true is
        asked apart (plausible_time), so that each value is read once.
-#}
{%- macro as_checked(column, kind) -%}
{%- if kind == 'time' -%}
{{ as_timestamp(column, is_asked=true) }}
{%- elif kind == 'open_time' -%}
{{ as_timestamp(column) }}
{%- elif kind == 'number' -%}
{{ as_number(column) }}
{%- elif kind == 'duration' -%}
{{ as_duration(column) }}
{%- elif kind == 'score' -%}
{{ as_number(column, plain=true) }}
{%- elif kind == 'id' -%}
{{ as_id(column) }}
{%- elif kind == 'label' -%}
{{ as_label(column) }}
{%- elif kind == 'text' -%}
{{ as_text(column) }}
{%- else -%}
{{ as_code(column, with_null_words=true) }}
{%- endif -%}
{%- endmacro -%}
