{#-
  The quantile of the standard normal distribution for a share of at least one half, found while the SQL is written:
  Newton's method on the series of the distribution function. Exact to about 1e-13.
-#}
{% macro normal_quantile(share) -%}
    {%- set at = namespace(z=0.0, term=0.0, total=0.0) -%}
    {%- for step in range(25) -%}
        {%- set density = 2.718281828459045 ** (-(at.z * at.z) / 2) / 2.5066282746310002 -%}
        {%- set at.term = at.z -%}
        {%- set at.total = at.z -%}
        {%- for n in range(1, 80) -%}
            {%- set at.term = at.term * at.z * at.z / (2 * n + 1) -%}
            {%- set at.total = at.total + at.term -%}
        {%- endfor -%}
        {%- set at.z = at.z + (share - 0.5 - density * at.total) / density -%}
    {%- endfor -%}
    {{ at.z }}e0
{%- endmacro %}
