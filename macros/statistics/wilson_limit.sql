{#-
    One limit of the Wilson interval of a share.
    Arguments:
        hits (SQL): a number from 0 to trials.
        trials (SQL): a number.
        side (text): `low` or `high`.
        z (SQL, default none): how many standard errors, in place of those of the variable `confidence`.
    Returns: an SQL expression, a double from 0 to 1. Null without trials; at no hits the low limit is 0, at nothing but
        hits the high one is 1, exactly.
    Source: Wilson, Journal of the American Statistical Association 22, 1927.
-#}
{% macro wilson_limit(hits, trials, side, z=none) -%}
    {%- set z = confidence_z() if z is none else z -%}
    case
        when {{ trials }} = 0 then null
        when {{ hits }} = {{ '0' if side == 'low' else trials }} then {{ '0e0' if side == 'low' else '1e0' }}
        else
            greatest(0e0, least(1e0, (
                cast({{ hits }} as double) / {{ trials }}
                + {{ z }} * {{ z }} / (2 * {{ trials }})
                {{ '-' if side == 'low' else '+' }} {{ z }} * sqrt(
                    (cast({{ hits }} as double) / {{ trials }} * (cast({{ trials }} - {{ hits }} as double) / {{ trials }})
                    + {{ z }} * {{ z }} / (4 * {{ trials }})) / {{ trials }}
                )
            ) / (1 + {{ z }} * {{ z }} / {{ trials }})))
    end
{%- endmacro %}
