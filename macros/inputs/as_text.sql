{#-
    A column as text. What is not blank is kept to the letter: an id or a body is not trimmed.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a text; null when blank.
-#}
{%- macro as_text(column) -%}
case
        when regexp_matches(cast({{ column }} as varchar), '[^{{ white_space() }}]')
            then cast({{ column }} as varchar)
    end
{%- endmacro -%}
