{#-
    How many standard errors the variable `confidence` is: 1.96 for 0.95.
    Arguments: none.
    Returns: an SQL literal, a double.
-#}
{% macro confidence_z() -%}
    {{ normal_quantile((1 + setting_confidence() | trim | float) / 2) | trim }}
{%- endmacro %}
