{#-
    Whether so many are too few to read a rate from. `count` is an SQL expression; returns an SQL condition.
    Mind: the `few` of rates/words.py is this number, and a test holds the two together.
-#}
{% macro is_few(count) -%}
{{ count }} < {{ few() }}
{%- endmacro %}

{#- The fewest from which a rate is read without a mark, as a number. -#}
{% macro few() -%}
30
{%- endmacro %}
