{#-
    A column as a UTC timestamp. It never raises. Text is ISO 8601: a date, or a date and a time divided by T or a
    space, with an optional fraction (what is finer than a microsecond is cut off) and an optional zone (Z, UTC,
    +02, +0200, +02:00). Without a zone it is UTC. A day that does not exist, an hour 24 and a second 60 are no
    times. Other texts that have one reading are read too (iso_time), and so are numbers: the seconds since 1970, or
    milli-, micro- or nanoseconds, told apart by their digits (epoch_seconds); but eight digits, or fourteen, are a
    date, 20260105, or a date and a time.
    Arguments:
        column (SQL): a column of any type.
        is_asked (boolean, default false): true where plausible_time follows, which nothing out of the years 1 to
            9999 passes.
    Returns: an SQL expression, a timestamp without a zone, of the years 1 to 9999; null where it is no time, or has
        two readings (03/04/2026). Whether it can be true is another question: plausible_time.
    Mind: FLOAT has no room for a time, and is never one. The engine answers typeof() once, before any row is read,
        so a column that is a timestamp already costs nothing here; but nanoseconds go by way of text, because a
        cast would round them up. A plain cast of text to timestamp drops the zone; only the cast to a timestamp
        with time zone reads it. The commonest text is asked first, and what can't be a time otherwise is found by
        its first letters: iso_time costs twenty times as much.
-#}
{%- macro as_timestamp(column, is_asked=false) -%}
{%- set utc = "cast(" ~ column ~ " as timestamptz) at time zone 'UTC'" -%}
{%- set local = 'cast(' ~ column ~ ' as timestamp)' -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set white = white_class() ~ '*' -%}
{%- set trimmed = 'trim(' ~ text ~ ", '" ~ white_space() ~ "')" -%}
{%- set zone = '( ?([Zz]|UTC|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))' -%}
{%- set clock = '([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?' ~ zone ~ '?)?' -%}
{%- set tidy = namespace(text='upper(' ~ trimmed ~ ')') -%}
{%- for found, put in [('UTC', 'Z'), (' Z', 'Z'), (' +', '+'), (' -', '-'), (',', '.')] -%}
    {%- set tidy.text = "replace(" ~ tidy.text ~ ", '" ~ found ~ "', '" ~ put ~ "')" -%}
{%- endfor -%}
case
        when typeof({{ column }}) = 'TIMESTAMP WITH TIME ZONE'
            then {{ utc if is_asked else finite_time(utc) }}
        when typeof({{ column }}) = 'TIMESTAMP_NS'
            then cast(substring({{ text }}, 1, 26) as timestamp)
        when typeof({{ column }}) like 'TIMESTAMP%' or typeof({{ column }}) = 'DATE'
            then {{ local if is_asked else finite_time(local) }}
        when typeof({{ column }}) = 'FLOAT'
            then null
        when regexp_matches({{ text }}, '^{{ white }}{{ whole_day() }}{{ clock }}{{ white }}$')
            then case
                when regexp_matches({{ text }}, '^{{ white }}0000')
                    then null
                when regexp_matches({{ text }}, '{{ zone }}{{ white }}$') and {{ text }} like '%:%'
                    then cast({{ tidy.text }} as timestamptz) at time zone 'UTC'
                else cast({{ tidy.text }} as timestamp)
            end
        when regexp_matches({{ text }}, '^{{ white }}([0-9]{9,10}|([03-9][0-9]|1[0-8]|2[1-9])[0-9]{10}|[0-9]{13}|[0-9]{15,16}|[0-9]{18,19})([.][0-9]{0,9})?{{ white }}$')
            then timestamp '1970-01-01 00:00:00' + cast({{ epoch_seconds(trimmed) }} as double) * interval '1' second
        when regexp_matches({{ text }}, '^{{ white }}([0-9]{4}[-/.0-9]|[0-9]{1,2}[A-Za-z]{0,2}[- .]+[A-Za-z]{3}|[A-Za-z]{3})')
            then
                cast(nullif({{ iso_time(column) }}, '') as timestamptz) at time zone 'UTC'
                + case
                    when regexp_matches({{ text }}, '[^0-9]12:[0-9:.]* *[Aa][.]?[Mm]') then -12
                    when regexp_matches({{ text }}, '[^0-9](0?[1-9]|1[01]):[0-9:.]* *[Pp][.]?[Mm]') then 12
                    else 0
                end * interval '1' hour
    end
{%- endmacro -%}
