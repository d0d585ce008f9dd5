{#-
  One query per item, one below the other. Its text is the body of a call block, which is given an item and its number, from 1:
  `{% call(metric, number) union_of(metrics) -%} … {%- endcall %}`. Where there is no item the body is asked once, with none and 0,
  for a query with the same columns and no rows. Items of items: a block inside the block.
-#}
{% macro union_of(items) -%}
    {%- for item in items -%}
    {{ caller(item, loop.index) }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- else -%}
    {{ caller(none, 0) }}
    {%- endfor -%}
{%- endmacro %}
