{#- The p of a test that finds `z` (a column) standard errors from its null hypothesis, either way: 1 at 0. See normal_tail. -#}
{% macro two_sided_p(z) -%}
    2 * ({{ normal_tail(z) }})
{%- endmacro %}
