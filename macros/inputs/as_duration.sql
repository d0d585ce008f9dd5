{#-
    A length in seconds as a double. It never raises.
    Arguments:
        column (SQL): a column of any type: a plain number is seconds; a text may be `2:00` (minutes and seconds),
            `1:02:03`, `90s`, `2m 5s`, `1 hour 2 min`, `PT2M5S`; a column of type TIME or INTERVAL reads as its text.
    Returns: an SQL expression, a double; null where it is none of these.
    Mind: 2:00 is two minutes, as dialers write it, never two hours.
-#}
{%- macro as_duration(column) -%}
{%- set text = 'upper(trim(cast(' ~ column ~ " as varchar), '" ~ white_space() ~ "'))" -%}
{%- set hour, minute, second = 'H(RS?|OURS?)?', 'M(INS?|INUTES?)?', 'S(ECS?|ECONDS?)?' -%}
{%- set colons = '^(([0-9]{1,4}):)?([0-9]{1,4}):([0-5][0-9]([.][0-9]{1,9})?)$' -%}
{%- set words = '^(PT)?(([0-9]{1,6}) ?' ~ hour ~ '[ ,]*)?(([0-9]{1,6}) ?' ~ minute ~ '[ ,]*)?(([0-9]{1,9}([.][0-9]{1,9})?) ?' ~ second ~ ')?$' -%}
coalesce({{ as_number(column, plain=true) }}, case
        when regexp_matches({{ text }}, '^([0-9]{1,4}:[0-5][0-9]|[0-9]{1,4}):[0-5][0-9]([.][0-9]{1,9})?$')
            then
                3600 * cast('0' || regexp_replace({{ text }}, '{{ colons }}', '\2') as double)
                + 60 * cast(regexp_replace({{ text }}, '{{ colons }}', '\3') as double)
                + cast(regexp_replace({{ text }}, '{{ colons }}', '\4') as double)
        when regexp_matches({{ text }}, '{{ words }}') and regexp_matches({{ text }}, '[0-9]')
            then
                3600 * cast('0' || regexp_replace({{ text }}, '{{ words }}', '\3') as double)
                + 60 * cast('0' || regexp_replace({{ text }}, '{{ words }}', '\6') as double)
                + cast('0' || regexp_replace({{ text }}, '{{ words }}', '\9') as double)
    end)
{%- endmacro -%}
