{#-
    Whether an id tells a person nothing: a number, or one with a UUID in it.
    Arguments:
        column (SQL): an id, a text.
    Returns: an SQL condition; null where the id is null.
-#}
{%- macro says_nothing(column) -%}
regexp_matches({{ column }}, '^[0-9]+$|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}')
{%- endmacro -%}
