{#-
    The share of the chi-square distribution beyond `x`, by its closed form for whole degrees of freedom. Worst error
    1e-14.
    Arguments:
        x (SQL): a column, for it is written many times.
        freedom (SQL): the degrees of freedom, a whole number.
    Returns: an SQL expression, a double from 0 to 1; null outside the domain, and of null.
    Source: Abramowitz and Stegun 26.4.4, 26.4.5.
    Domain: x >= 0, freedom 1 to 19.
-#}
{% macro chi_square_tail(x, freedom) -%}
    case
        when {{ x }} < 0 then null
        {%- for degrees in range(1, 20) %}
        {%- set at = namespace(gamma=1.0, terms=[]) %}
        {%- if degrees % 2 == 0 %}
        {%- for power in range(degrees // 2) %}
        {%- set at.gamma = at.gamma * (power if power > 0 else 1) %}
        {%- set at.terms = at.terms + [('power(' ~ x ~ ' / 2e0, ' ~ power ~ ')' if power > 0 else '1e0') ~ ' / ' ~ at.gamma ~ 'e0'] %}
        {%- endfor %}
        when {{ freedom }} = {{ degrees }} then exp(-{{ x }} / 2e0) * ({{ at.terms | join(' + ') }})
        {%- else %}
        {%- set at.gamma = 0.886226925452758 %}
        {%- for power in range((degrees - 1) // 2) %}
        {%- set at.gamma = at.gamma * (power + 0.5 if power > 0 else 1) %}
        {%- set at.terms = at.terms + ['power(' ~ x ~ ' / 2e0, ' ~ power ~ '.5e0) / ' ~ at.gamma ~ 'e0'] %}
        {%- endfor %}
        when {{ freedom }} = {{ degrees }} then {{ two_sided_p('sqrt(' ~ x ~ ')') | indent(8) }}
        {%- if at.terms %} + exp(-{{ x }} / 2e0) * ({{ at.terms | join(' + ') }}){% endif %}
        {%- endif %}
        {%- endfor %}
    end
{%- endmacro %}
