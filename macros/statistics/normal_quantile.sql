{#-
    The quantile of the standard normal distribution, found while the SQL is written: Newton's method on the series of
    the distribution function, each until it no longer moves. Exact to about 1e-13.
    Arguments:
        share (number): at least one half, and below 1.
    Returns: an SQL literal, a double.
-#}
{% macro normal_quantile(share) -%}
    {%- set at = namespace(z=0.0, before=none) -%}
    {%- for step in range(25) -%}
        {%- if at.z == at.before -%}{%- break -%}{%- endif -%}
        {%- set density = 2.718281828459045 ** (-(at.z * at.z) / 2) / 2.5066282746310002 -%}
        {%- set series = namespace(term=at.z, total=at.z) -%}
        {%- for n in range(1, 80) -%}
            {%- set series.term = series.term * at.z * at.z / (2 * n + 1) -%}
            {%- if series.total + series.term == series.total -%}{%- break -%}{%- endif -%}
            {%- set series.total = series.total + series.term -%}
        {%- endfor -%}
        {%- set at.before = at.z -%}
        {%- set at.z = at.z + (share - 0.5 - density * series.total) / density -%}
    {%- endfor -%}
    {{ at.z }}e0
{%- endmacro %}
