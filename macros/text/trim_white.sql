{#-
    The text without white space at either end.
    Mind: the two patterns are asked first because trimming a set of 29 characters costs ten times as much as finding that
    there is nothing to trim; as one pattern they would cost twice as much as apart.
-#}
{%- macro trim_white(text) -%}
case
        when regexp_matches({{ text }}, '^[{{ white_space() }}]') or regexp_matches({{ text }}, '[{{ white_space() }}]$')
            then trim({{ text }}, '{{ white_space() }}')
        else {{ text }}
    end
{%- endmacro -%}
