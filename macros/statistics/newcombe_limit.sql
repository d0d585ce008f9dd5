{#-
    One limit of the interval of `rate` - `other_rate`, from the Wilson limits of the two. The confidence is that of the
    limits.
    Arguments:
        rate (SQL): a share.
        rate_low (SQL): its lower limit, by wilson_low.
        rate_high (SQL): its upper limit, by wilson_high.
        other_rate (SQL): the share that is taken from it.
        other_low (SQL): the lower limit of that one.
        other_high (SQL): the upper limit of that one.
        side (text): `low` or `high`.
    Returns: an SQL expression, a double. Null when a side has no trials. It stays within -1 and 1, at 0 and at all hits
        too.
    Source: Newcombe's hybrid score method, his number 10, Statistics in Medicine 17, 1998.
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
