{#-
    The counts between which chance leaves a binomial variable X ~ Binomial(trials, chance): `fewest`, the least whole
    number with P(X <= fewest) >= tail, and `most`, the greatest with P(X >= most) >= tail. They rest on the sums of
    binomial_tails, so that no count is beyond the one and within the other.
    Arguments:
        name (text): what the second CTE is called; the first is `<name>_steps`.
        relation (relation): the name of a relation.
        key (text): a column, unique in it.
        trials (SQL): a whole number.
        chance (SQL): of one trial, a double. For chances near 1 count what is no hit.
        tail (SQL): a double, below one half.
    Returns: two CTEs for a `with recursive`, of which `<name>` has the key, fewest and most.
    Domain: 0 <= chance <= 1, trials × chance <= 100: at most 400 steps are taken.
-#}
{% macro binomial_limits(name, relation, key, trials, chance, tail) -%}
{{ name }}_steps as (

    select
        {{ key }},
        cast({{ trials }} as bigint) as trial_count,
        cast({{ chance }} as double) as chance,
        cast(0 as bigint) as step,
        cast(case when {{ chance }} < 1 then exp({{ trials }} * ln(1 - {{ chance }})) when {{ trials }} = 0 then 1 else 0 end as double) as mass,
        cast(0 as double) as below
    from {{ relation }}

    union all

    select
        {{ key }},
        trial_count,
        chance,
        step + 1 as step,
        case
            when chance < 1 then mass * (cast(trial_count - step as double) / (step + 1)) * (chance / (1 - chance))
            when step + 1 = trial_count then 1e0
            else 0e0
        end as mass,
        below + mass as below
    from {{ name }}_steps
    where step < trial_count and 1 - (below + mass) >= {{ tail }} and step < 400

),

{{ name }} as (

    select
        {{ key }},
        coalesce(min(case when below + mass >= {{ tail }} then step end), max(step)) as fewest,
        max(step) as most
    from {{ name }}_steps
    group by {{ key }}

)
{%- endmacro %}
