{#- A decimal sum as a double, rounded to twelve places so that thirds which add up to one say one. -#}
{% macro exact_double(sum) -%}
    cast(cast({{ sum }} as decimal(38, 12)) as double)
{%- endmacro %}
