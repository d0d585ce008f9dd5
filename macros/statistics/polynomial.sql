{#- A polynomial in `x` by Horner's rule, coefficients from the highest power down. `x` is written once for each: a column. -#}
{% macro polynomial(x, coefficients) -%}
    {%- for _ in coefficients[2:] %}({% endfor -%}
    {{ coefficients[0] }}
    {%- for coefficient in coefficients[1:] %} * {{ x }} + {{ coefficient }}{% if not loop.last %}){% endif %}{% endfor -%}
{%- endmacro %}
