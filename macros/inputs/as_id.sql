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
        white space around them, or in `.0`, are one. Most ids need no closer look, which their last character,
        their first and their length tell at a third of the cost of a pattern; the last goes first, because what
        is asked second is asked of rows picked out, which costs more. The pattern after that finds the others that
        need none; regexp_extract is run once per distinct value of a dictionary-encoded column, regexp_matches is
        not. Of what is left, null words and what lost digits are emptied (2^53 has sixteen), then `.0` goes, and a
        number that shows all its digits is marked (U+001F), which the last two patterns tell from those that don't.
-#}
{%- macro as_id(column) -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set number = 'cast(' ~ column ~ ' as double)' -%}
{%- set white = white_class() -%}
{%- set words = null_words() -%}
{%- set visible = "between '!' and '" ~ '\u007f' ~ "'" -%}
{%- set no_number = '(' ~ text ~ " >= ':' or (strpos(" ~ text ~ ", '.') = 0 and strpos(" ~ text ~ ", '+') < 2))" -%}
{%- set null_word = '(' ~ null_word_pattern() ~ ')' -%}
{%- set scientific = '[1-9]([.,][0-9]+)?[eE][+][0-9]{2,3}' -%}
{%- set beyond = '([1-9][0-9]{16,}|9([1-9][0-9]{14}|0([1-9][0-9]{13}|0([89][0-9]{12}|7([2-9][0-9]{11}|199([3-9][0-9]{8}|2([6-9][0-9]{7}|5([5-9][0-9]{6}|4([89][0-9]{5}|7([5-9][0-9]{4}|4([1-9][0-9]{3}|099[2-9])))))))))))' -%}
{%- set exact = namespace(text='[eE][+]0?00') -%}
{%- for count in range(1, 15) -%}
    {%- set exact.text = exact.text ~ '|[.,][0-9]{' ~ count ~ '}[eE][+]0?' ~ '%02d' | format(count) -%}
{%- endfor -%}
{%- set id = namespace(text='trim(' ~ text ~ ", '" ~ white_space() ~ "')") -%}
{%- for found, put in [
    ('^(' ~ null_word ~ '|-?0*' ~ beyond ~ '[.]0+)$', ''),
    ('^(-?[0-9]+)[.]0+$', '\\1'),
    ('^([1-9](' ~ exact.text ~ '))$', '\u001f\\1'),
    ('^' ~ scientific ~ '$', ''),
    ('^\u001f([1-9])[.,]?([0-9]*).*$', '\\1\\2'),
] -%}
    {%- set id.text = 'regexp_replace(' ~ id.text ~ ", '" ~ found ~ "', '" ~ put ~ "')" -%}
{%- endfor -%}
case
        when typeof({{ column }}) in ('DOUBLE', 'FLOAT')
            then case
                when
                    {{ number }} = floor({{ number }})
                    and abs({{ number }}) < case when typeof({{ column }}) = 'FLOAT' then 16777216.0 else 9007199254740992.0 end
                    then cast(cast(floor({{ number }}) as bigint) as varchar)
            end
        {%- if not words | map('last') | select('in', '0123456789:') | list %}
        when reverse({{ text }}) between '0' and ':' and {{ text }} {{ visible }} and {{ no_number }}
            then {{ text }}
        {%- endif %}
        when reverse({{ text }}) {{ visible }} and {{ text }} {{ visible }} and length({{ text }}) > {{ words | map('length') | list | sort | last | default(0) }} and {{ no_number }}
            then {{ text }}
        when regexp_extract({{ text }}, '^({{ white }}|{{ null_word }}?$|-?[0-9]+[.]0+$|{{ scientific }}$)|{{ white }}$') = ''
            then nullif({{ text }}, '')
        when {{ column }} is not null
            then nullif({{ id.text }}, '')
    end
{%- endmacro -%}
