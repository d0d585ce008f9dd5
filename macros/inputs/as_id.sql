{#-
    An id as text. White space around it is cut off, a null word is null, and what a tool made a number of is what
    it was, where that can be told: `11.0` and a 11 in a column of floating point are `11`; `1.5551234567E+10`,
    which shows all its digits, is `15551234567`.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a text; null when blank, of a null word, and where digits are lost: `1.55512E+10`, a
        floating point number that is not whole, or one from 2^53 on (2^24 of FLOAT), above which several ids are
        one.
    Mind: a text is taken for such a number only as tools write them: digits, a dot and zeros; or a digit from 1 to
        9, decimals, E, a plus sign, and two or three digits. `1e5` is an id like any other. Two ids that differ in
        white space around them, or in `.0`, are one. The first pattern finds all that needs a closer look, which
        most ids don't; regexp_extract is run once per distinct value of a dictionary-encoded column, regexp_matches
        is not.
-#}
{%- macro as_id(column) -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set number = 'cast(' ~ column ~ ' as double)' -%}
{%- set white = '[' ~ white_space() ~ ']' -%}
{%- set trimmed = 'trim(' ~ text ~ ", '" ~ white_space() ~ "')" -%}
{%- set scientific = '[1-9]([.,][0-9]+)?[eE][+][0-9]{2,3}' -%}
case
        when typeof({{ column }}) in ('DOUBLE', 'FLOAT')
            then case
                when
                    {{ number }} = floor({{ number }})
                    and abs({{ number }}) < case when typeof({{ column }}) = 'FLOAT' then 16777216.0 else 9007199254740992.0 end
                    then cast(cast(floor({{ number }}) as bigint) as varchar)
            end
        when regexp_extract({{ text }}, '^({{ white }}|{{ white }}*({{ null_word_pattern() }})?{{ white }}*$|-?[0-9]+[.]0+{{ white }}*$|{{ scientific }}{{ white }}*$)|{{ white }}$') = ''
            then nullif({{ text }}, '')
        when {{ as_label(column) }} is null
            then null
        when regexp_matches({{ trimmed }}, '^-?[0-9]+[.]0+$')
            then case
                when
                    length(regexp_replace({{ trimmed }}, '^-?0*([0-9]+)[.]0+$', '\1')) < 16
                    or (
                        length(regexp_replace({{ trimmed }}, '^-?0*([0-9]+)[.]0+$', '\1')) = 16
                        and regexp_replace({{ trimmed }}, '^-?0*([0-9]+)[.]0+$', '\1') < '9007199254740992'
                    )
                    then regexp_replace({{ trimmed }}, '[.]0+$', '')
            end
        when regexp_matches({{ trimmed }}, '^{{ scientific }}$')
            then case
                when
                    cast(regexp_replace({{ trimmed }}, '^.*[+]([0-9]+)$', '\1') as integer)
                    = length(regexp_replace({{ trimmed }}, '^[1-9][.,]?([0-9]*)[eE].*$', '\1'))
                    and length(regexp_replace({{ trimmed }}, '^[1-9][.,]?([0-9]*)[eE].*$', '\1')) < 15
                    then regexp_replace({{ trimmed }}, '^([1-9])[.,]?([0-9]*)[eE].*$', '\1\2')
            end
        else {{ trimmed }}
    end
{%- endmacro -%}
