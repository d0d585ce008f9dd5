{#- The share of the standard normal distribution below `z`, a column. Worst error 3e-15: see normal_tail. -#}
{% macro normal_distribution(z) -%}
    case when {{ z }} > 0 then 1 - ({{ normal_tail(z) }}) else {{ normal_tail(z) }} end
{%- endmacro %}
