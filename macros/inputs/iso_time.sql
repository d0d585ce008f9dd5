{#-
    A time as people and tools write it, where it has one reading, as ISO 8601 with a zone: `2026-1-5 9:05`,
    `2026/01/05`, `20260105`, `20260105T093000Z`, `5 Jan 2026 10:00`, `Jan 5, 2026, 9:05 AM`, `Mon, 05 Jan 2026
    10:00:00 +0000`.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a text that can be cast to a timestamp with time zone, an empty one where it is no
        such time. AM and PM are left out: twelve hours are to be added or taken.
    Mind: a date of two numbers and a year (3/4/2026, and 3/25/2026 too) is never touched: which of them is the day
        is for the project to say (time_from). Months are English, and those of other languages that begin with the
        same letters. A name of a zone other than UTC and GMT is no zone: CST is three. The last pattern lets
        nothing else through.
-#}
{%- macro iso_time(column) -%}
{%- set months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] -%}
{%- set month = '(' ~ months | join('|') ~ ')[A-Z]*' -%}
{%- set time = namespace(text='upper(trim(cast(' ~ column ~ " as varchar), '" ~ white_space() ~ "'))") -%}
{%- for found, put in [
    ('(:[0-9]{2}),([0-9])', '\\1.\\2'),
    ('^(MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*[.,]* +', ''),
    ('^([0-9]{1,2})(ST|ND|RD|TH)?[- .]+' ~ month ~ '[- .,]+([0-9]{4})', '\\4-\\3-\\1'),
    ('^' ~ month ~ '[. ]+([0-9]{1,2})(ST|ND|RD|TH)?[, ]+([0-9]{4})', '\\4-\\1-\\2'),
] -%}
    {%- set time.text = 'regexp_replace(' ~ time.text ~ ", '" ~ found ~ "', '" ~ put ~ "')" -%}
{%- endfor -%}
{%- for name in months -%}
    {%- set time.text = 'replace(' ~ time.text ~ ", '-" ~ name ~ "-', '-" ~ '%02d' | format(loop.index) ~ "-')" -%}
{%- endfor -%}
{%- for found, put in [
    ('^([0-9]{8}|[0-9]{14})[.]0+$', '\\1'),
    ('^([0-9]{4})([0-9]{2})([0-9]{2})($|T)', '\\1-\\2-\\3\\4'),
    ('^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$', '\\1-\\2-\\3 \\4:\\5:\\6'),
    ('^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})', '\\1 \\2:\\3:\\4'),
    ('^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(T| AT |[ ,])*', '\\1-\\2-\\3 '),
    ('([- :+])([0-9])([^0-9]|$)', '\\10\\2\\3'),
    ('([- :+])([0-9])([^0-9]|$)', '\\10\\2\\3'),
    ('^(.{11}(0[1-9]|1[0-2]):[0-9:.]+) *[AP][.]?M[.]?', '\\1'),
    (' *(UTC|GMT|Z)$', 'Z'),
    ('^(.{16}[0-9:.]*) *(UTC|GMT)? *([+-][0-9:]+)$', '\\1\\3'),
    ('^([0-9-]{10}) ?$', '\\1 00:00Z'),
    ('^([0-9-]{10} [0-9:.]+)$', '\\1Z'),
    ('^0000', ''),
    ('^(' ~ whole_day() ~ ' ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))$|^([0-9]|[^0-9])*$', '\\1'),
] -%}
    {%- set time.text = 'regexp_replace(' ~ time.text ~ ", '" ~ found ~ "', '" ~ put ~ "'" ~ (", 'g'" if found.startswith('([- ') else '') ~ ')' -%}
{%- endfor -%}
{{ time.text }}
{%- endmacro -%}
