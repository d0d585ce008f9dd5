{#-
    The text without white space, as white_space has it, at either end.
    Arguments:
        text (SQL): a text. It is written four times: give a column.
    Returns: an SQL expression, a text; null of null.
    Mind: the two patterns are asked first because trimming a set of 29 characters costs ten times as much as finding
        that there is nothing to trim; as one pattern they would cost twice as much as apart.
-#}
{%- macro trim_white(text) -%}
case
        when regexp_matches({{ text }}, '^[{{ white_space() }}]') or regexp_matches({{ text }}, '[{{ white_space() }}]$')
            then trim({{ text }}, '{{ white_space() }}')
        else {{ text }}
    end
{%- endmacro -%}
