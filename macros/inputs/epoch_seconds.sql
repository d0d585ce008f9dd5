{#-
    The seconds since 1970 of a number of seconds, milliseconds, microseconds or nanoseconds.
    Arguments:
        digits (SQL): a text of 9, 10, 12, 13, 15, 16, 18 or 19 digits, and perhaps a dot and more.
    Returns: an SQL expression, a text of the same number in seconds, cut off after the microsecond.
    Mind: the count of digits tells the unit. In seconds 9 or 10 of them are 1973 to 2286, which holds all of 1973
        to 2199, where `plausible_times` may lie: so no number has two units. Twelve digits that begin with 19 or 20
        are not handed in: they may be a date and a time, and would be of 1976.
-#}
{%- macro epoch_seconds(digits) -%}
{%- set number = namespace(text=digits) -%}
{%- for found, put in [
    ('^([0-9]{9,10})([0-9]{6})[0-9]{3}([.].*)?$', '\\1.\\2'),
    ('^([0-9]{9,10})([0-9]{6})([.].*)?$', '\\1.\\2'),
    ('^([0-9]{9,10})([0-9]{3})([.]([0-9]*))?$', '\\1.\\2\\4'),
    ('([.][0-9]{6})[0-9]+$', '\\1'),
] -%}
    {%- set number.text = 'regexp_replace(' ~ number.text ~ ", '" ~ found ~ "', '" ~ put ~ "')" -%}
{%- endfor -%}
{{ number.text }}
{%- endmacro -%}
