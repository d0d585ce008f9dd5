{#-
    Whether so many are too few to read a rate from.
    Arguments:
        count (SQL): a number.
    Returns: an SQL condition, true below few(); null of null.
-#}
{% macro is_few(count) -%}
{{ count }} < {{ few() }}
{%- endmacro %}
