{#-
    A column of any type as text; blank text is null. Anything else is kept to the letter: an id or a body is not trimmed.
-#}
{%- macro as_text(column) -%}
case
        when regexp_matches(cast({{ column }} as varchar), '[^{{ white_space() }}]')
            then cast({{ column }} as varchar)
    end
{%- endmacro -%}
