{#-
    A time at which something may have happened: one in the span of the variable `plausible_times`.
    Arguments:
        timestamp (SQL): a timestamp without a zone. It is written twice: give a column.
    Returns: an SQL expression, the timestamp; null of any other.
-#}
{%- macro plausible_time(timestamp) -%}
{%- set span = plausible_times() -%}
case
        when {{ timestamp }} between timestamp '{{ span.from }} 00:00:00' and timestamp '{{ span.to }} 23:59:59.999999'
            then {{ timestamp }}
    end
{%- endmacro -%}
