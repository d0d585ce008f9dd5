{#-
    A polynomial by Horner's rule.
    Arguments:
        x (SQL): a column, for it is written once for each coefficient but the first.
        coefficients (list): SQL literals, two or more, from the highest power down.
    Returns: an SQL expression, without parentheses around it; null of null.
-#}
{% macro polynomial(x, coefficients) -%}
    {%- for _ in coefficients[2:] %}({% endfor -%}
    {{ coefficients[0] }}
    {%- for coefficient in coefficients[1:] %} * {{ x }} + {{ coefficient }}{% if not loop.last %}){% endif %}{% endfor -%}
{%- endmacro %}
