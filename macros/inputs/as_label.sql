{#-
    A column as text, without the words that mean "nothing is given" (`null_words`). What is left is kept to the letter.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a text; null when blank, and of a null word (so of a NaN).
    Mind: whatever the kind of a column, its value counts as given exactly when this is not null; only free text is
        given as it stands (as_text).
-#}
{%- macro as_label(column) -%}
{%- set white = white_class() ~ '*' -%}
case
        when not regexp_matches(cast({{ column }} as varchar), '^{{ white }}({{ null_word_pattern() }})?{{ white }}$')
            then cast({{ column }} as varchar)
    end
{%- endmacro -%}
