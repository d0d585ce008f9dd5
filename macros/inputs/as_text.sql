{#-
    A column as text. What is not blank is kept to the letter: a body is not trimmed.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a text; null when blank.
    Mind: a text whose first character is one of ASCII's visible ones is found by comparing, which costs a third of the
        pattern.
-#}
{%- macro as_text(column) -%}
case
        when cast({{ column }} as varchar) >= '!' and cast({{ column }} as varchar) < '{{ "\u007f" }}'
            then cast({{ column }} as varchar)
        when regexp_matches(cast({{ column }} as varchar), '[^{{ white_space() }}]')
            then cast({{ column }} as varchar)
    end
{%- endmacro -%}
