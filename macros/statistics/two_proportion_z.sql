{#-
    How many standard errors two proportions are apart, the error pooled: the score test of a 2 × 2 table, whose square
    is Pearson's chi-square without correction.
    Arguments:
        hits (SQL): of the first side.
        trials (SQL): of the first side.
        other_hits (SQL): of the second side.
        other_trials (SQL): of the second side.
    Returns: an SQL expression, a double, above 0 where the first share is the greater. Null without trials on a side; 0
        where nothing or everything is a hit on both, because there is no difference and no error.
    Domain: 0 <= hits <= trials, whole or (after a design effect) not.
-#}
{% macro two_proportion_z(hits, trials, other_hits, other_trials) -%}
    case
        when {{ trials }} = 0 or {{ other_trials }} = 0 then null
        when {{ hits }} + {{ other_hits }} = 0 or {{ hits }} + {{ other_hits }} = {{ trials }} + {{ other_trials }} then 0e0
        else
            (cast({{ hits }} as double) / {{ trials }} - cast({{ other_hits }} as double) / {{ other_trials }})
            / sqrt(
                (cast({{ hits }} + {{ other_hits }} as double) / ({{ trials }} + {{ other_trials }}))
                * (1 - cast({{ hits }} + {{ other_hits }} as double) / ({{ trials }} + {{ other_trials }}))
                * (1e0 / {{ trials }} + 1e0 / {{ other_trials }})
            )
    end
{%- endmacro %}
