{#-
    The p of a test that finds `z` standard errors from its null hypothesis, either way.
    Arguments:
        z (SQL): a column, for it is written many times.
    Returns: an SQL expression, a double: 1 at 0; null of null.
    Source: see normal_tail.
-#}
{% macro two_sided_p(z) -%}
    2 * ({{ normal_tail(z) }})
{%- endmacro %}
