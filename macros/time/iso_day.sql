{#-
    A day of a metric's field, read as text: YAML gives a date, variables on a command line its text. Anything but a day
    is a compile error that names the metric version; a day that is not in the calendar is none, and neither is a time.
    Arguments:
        where (text): whose field it is, for errors.
        field (text): its name, for errors.
        value (value): a date, a text or none.
    Returns through return(): a text `YYYY-MM-DD`, or none of none.
-#}
{% macro iso_day(where, field, value) %}
    {%- if value is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set text = value | string -%}
    {%- set parts = text.split('-') -%}
    {%- set day = namespace(is_valid=text | length == 10 and parts | map('length') | list == [4, 2, 2]) -%}
    {%- for character in text.replace('-', '') if character not in '0123456789' -%}
        {%- set day.is_valid = false -%}
    {%- endfor -%}
    {%- if day.is_valid -%}
        {%- set year = parts[0] | int -%}
        {%- set month = parts[1] | int -%}
        {%- set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
        {%- set lengths = [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
        {%- set day.is_valid = year > 0 and month in range(1, 13) and parts[2] | int in range(1, lengths[(month - 1) % 12] + 1) -%}
    {%- endif -%}
    {%- if not day.is_valid -%}
        {{ exceptions.raise_compiler_error(where ~ ': ' ~ field ~ ' `' ~ text ~ '` is no date, written YYYY-MM-DD') }}
    {%- endif -%}
    {{ return(text) }}
{% endmacro %}
