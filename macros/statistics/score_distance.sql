{#-
    The square of how far one Wilson limit is from its rate, times a weight's square: what a weighted sum of independent
    shares adds up under a root to its own limit.
    Arguments:
        weight (SQL): the share's weight, at most 1.
        hits (SQL): a number.
        trials (SQL): a number.
        side (text): `low` or `high`.
    Returns: an SQL expression, a decimal of 30 places, so that no order of rows shows in its sum. Null without trials.
    Source: the method of variance estimates recovery (Zou and Donner, Statistics in Medicine 27, 2008), of which
        Newcombe's interval of a difference is the case of weights 1 and -1.
-#}
{% macro score_distance(weight, hits, trials, side) -%}
    cast(
        {{ weight }} * {{ weight }}
        * (cast({{ hits }} as double) / nullif({{ trials }}, 0) - ({{ wilson_limit(hits, trials, side) }}))
        * (cast({{ hits }} as double) / nullif({{ trials }}, 0) - ({{ wilson_limit(hits, trials, side) }}))
        as decimal(38, 30)
    )
{%- endmacro %}
