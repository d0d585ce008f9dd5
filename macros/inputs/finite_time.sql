{#-
    A timestamp of the years 1 to 9999, which every engine knows.
    Arguments:
        timestamp (SQL): a timestamp without a zone. It is written twice: give a cast or a column.
    Returns: an SQL expression, the timestamp; null of any other, and of infinity.
-#}
{%- macro finite_time(timestamp) -%}
case
                when {{ timestamp }} between timestamp '0001-01-01 00:00:00' and timestamp '9999-12-31 23:59:59.999999'
                    then {{ timestamp }}
            end
{%- endmacro -%}
