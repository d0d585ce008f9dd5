{#-
    A list of ids, as tools and loaders write them in one cell (`21;22`, `[21, 22]`), to be split.
    Arguments:
        column (SQL): the list, of any type; its ids are whole numbers.
        kept (text, default ''): characters beside digits that are kept, as in a class of a pattern.
        between (text, default ';'): what is to stand between ids.
    Returns: an SQL expression, a text: what is not kept is `between`, once. A list of one id that a tool made a
        floating point number (`21.0`) is that id.
-#}
{%- macro listed_ids(column, kept='', between=';') -%}
regexp_replace(regexp_replace(cast({{ column }} as varchar), '[.]0+([^0-9]|$)', '\1', 'g'), '[^0-9{{ kept }}]+', '{{ between }}', 'g')
{%- endmacro -%}
