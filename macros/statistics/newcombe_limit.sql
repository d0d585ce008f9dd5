{#-
  One limit of the interval of `rate` - `other_rate`: side is `low` or `high`. Newcombe's hybrid score method (his number 10,
  Statistics in Medicine 17, 1998) from the Wilson limits of the two. Domain: shares with their limits; the confidence is that of
  the limits. Null when a side has no trials. It stays within -1 and 1, at 0 and at all hits too.
-#}
{% macro newcombe_limit(rate, rate_low, rate_high, other_rate, other_low, other_high, side) -%}
    {%- if side == 'low' -%}
    {{ rate }} - {{ other_rate }} - sqrt(
        ({{ rate }} - {{ rate_low }}) * ({{ rate }} - {{ rate_low }})
        + ({{ other_high }} - {{ other_rate }}) * ({{ other_high }} - {{ other_rate }})
    )
    {%- else -%}
    {{ rate }} - {{ other_rate }} + sqrt(
        ({{ rate_high }} - {{ rate }}) * ({{ rate_high }} - {{ rate }})
        + ({{ other_rate }} - {{ other_low }}) * ({{ other_rate }} - {{ other_low }})
    )
    {%- endif -%}
{%- endmacro %}
