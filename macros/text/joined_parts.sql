{#-
    Strings as one, each led by its length, so that no two lists of parts give the same string.
    Arguments:
        columns (list): SQL expressions, each a text.
    Returns: an SQL expression, a text and never null: a part that is null is `-`.
-#}
{% macro joined_parts(columns) -%}
    {%- for column in columns -%}
        coalesce(cast(length({{ column }}) as varchar) || ':' || {{ column }}, '-'){% if not loop.last %} || {% endif %}
    {%- endfor -%}
{%- endmacro %}
