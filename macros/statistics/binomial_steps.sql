{#-
    The probabilities of 0, 1, 2 … hits of X ~ Binomial(trials, chance), a row each, for every row of a relation.
    Each comes from the one before: P(X = j + 1) = P(X = j) × (n - j) / (j + 1) × p / (1 - p).
    Arguments:
        name (text): what the CTE is called.
        relation (relation): the name of a relation.
        key (text): a column, unique in it.
        trials (SQL): a whole number.
        chance (SQL): of one trial, a double. For chances near 1 count what is no hit.
        goes_on (SQL): whether a step follows, over the columns that are returned.
        last_step (SQL, default '0'): a whole number that goes_on may name.
    Returns: a CTE for a `with recursive`: the key, last_step, trial_count, chance, step, mass = P(X = step) and
        below = P(X < step).
    Domain: 0 <= chance <= 1, trials × chance <= 100: at most 400 steps are taken, beyond which nothing is left to sum
        (1e-30).
-#}
{% macro binomial_steps(name, relation, key, trials, chance, goes_on, last_step='0') -%}
{{ name }} as (

    select
        {{ key }},
        cast({{ last_step }} as bigint) as last_step,
        cast({{ trials }} as bigint) as trial_count,
        cast({{ chance }} as double) as chance,
        cast(0 as bigint) as step,
        cast(case when {{ chance }} < 1 then exp({{ trials }} * ln(1 - {{ chance }})) when {{ trials }} = 0 then 1 else 0 end as double) as mass,
        cast(0 as double) as below
    from {{ relation }}

    union all

    select
        {{ key }},
        last_step,
        trial_count,
        chance,
        step + 1 as step,
        case
            when chance < 1 then mass * (cast(trial_count - step as double) / (step + 1)) * (chance / (1 - chance))
            when step + 1 = trial_count then 1e0
            else 0e0
        end as mass,
        below + mass as below
    from {{ name }}
    where step < trial_count and {{ goes_on }} and step < 400

)
{%- endmacro %}
