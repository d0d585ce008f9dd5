{#-
    A column as a UTC timestamp. It never raises.
    Text is ISO 8601: a date, or a date and a time divided by T or a space, with an optional fraction (what is finer
    than a microsecond is cut off) and an optional zone (Z, UTC, +02, +0200, +02:00). Without a zone it is UTC. A day
    that does not exist, an hour 24 and a second 60 are no times.
    Arguments:
        column (SQL): a column of any type.
        any_time (boolean, default false): true for all times from the year 1 to the end of the year 9999: for ends that
            are never reached, and to tell an implausible time from none.
    Returns: an SQL expression, a timestamp without a zone; null where it is no time, and where it lies outside the span
        of the variable `plausible_times`.
    Mind: the engine answers typeof() once, before any row is read, so a column that is a timestamp already costs
        nothing here; but nanoseconds go by way of text, because a cast would round them up. A plain cast of text to
        timestamp drops the zone; only the cast to a timestamp with time zone reads it.
-#}
{%- macro as_timestamp(column, any_time=false) -%}
{%- set span = {'from': '0001-01-01', 'to': '9999-12-31'} if any_time else plausible_times() -%}
{%- set within = "between timestamp '" ~ span.from ~ " 00:00:00' and timestamp '" ~ span.to ~ " 23:59:59.999999'" -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set white = '[' ~ white_space() ~ ']*' -%}
{%- set day = '([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))'
    ~ '|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)' -%}
{%- set zone = '( ?([Zz]|UTC|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))' -%}
{%- set clock = '([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?' ~ zone ~ '?)?' -%}
{%- set tidy = namespace(text="upper(trim(" ~ text ~ ", '" ~ white_space() ~ "'))") -%}
{%- for found, put in [('UTC', 'Z'), (' Z', 'Z'), (' +', '+'), (' -', '-'), (',', '.')] -%}
    {%- set tidy.text = "replace(" ~ tidy.text ~ ", '" ~ found ~ "', '" ~ put ~ "')" -%}
{%- endfor -%}
case
        when typeof({{ column }}) = 'TIMESTAMP WITH TIME ZONE'
            then case
                when cast({{ column }} as timestamptz) at time zone 'UTC' {{ within }}
                    then cast({{ column }} as timestamptz) at time zone 'UTC'
            end
        when typeof({{ column }}) = 'TIMESTAMP_NS'
            then case
                when cast(substring({{ text }}, 1, 26) as timestamp) {{ within }}
                    then cast(substring({{ text }}, 1, 26) as timestamp)
            end
        when typeof({{ column }}) like 'TIMESTAMP%' or typeof({{ column }}) = 'DATE'
            then case
                when cast({{ column }} as timestamp) {{ within }}
                    then cast({{ column }} as timestamp)
            end
        when regexp_matches({{ text }}, '^{{ white }}0000')
            then null
        when regexp_matches({{ text }}, '^{{ white }}{{ day }}{{ clock }}{{ white }}$')
            then case
                when regexp_matches({{ text }}, '{{ zone }}{{ white }}$') and {{ text }} like '%:%'
                    then case
                        when cast({{ tidy.text }} as timestamptz) at time zone 'UTC' {{ within }}
                            then cast({{ tidy.text }} as timestamptz) at time zone 'UTC'
                    end
                when cast({{ tidy.text }} as timestamp) {{ within }}
                    then cast({{ tidy.text }} as timestamp)
            end
    end
{%- endmacro -%}
