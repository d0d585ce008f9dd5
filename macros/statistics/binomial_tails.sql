{#-
    Exact binomial tails of the rows of a relation: `lower_tail` = P(X <= hits) and `upper_tail` = P(X >= hits) of X ~
    Binomial(trials, chance).
    Worst error 1e-12 in the domain. At trials 0, and at hits 0 or all of them, the tail that holds everything is 1
    exactly.
    Arguments:
        name (text): what the second CTE is called; the first is `<name>_steps`.
        relation (relation): the name of a relation.
        key (text): a column, unique in it.
        hits (SQL): a whole number.
        trials (SQL): a whole number.
        chance (SQL): of one trial, a double. For chances near 1 count what is no hit.
    Returns: two CTEs for a `with recursive`, of which `<name>` has the key, lower_tail and upper_tail.
    Domain: 0 <= hits <= trials, 0 <= chance <= 1, trials × chance <= 100: at most 400 steps are taken, beyond which
        nothing is left to sum (1e-30).
-#}
{% macro binomial_tails(name, relation, key, hits, trials, chance) -%}
{{ binomial_steps(name ~ '_steps', relation, key, trials, chance, 'step < last_step', hits) }},

{{ name }} as (

    select
        {{ key }},
        case when last_step = trial_count or step < last_step then 1e0 else least(1e0, below + mass) end as lower_tail,
        case when last_step = 0 then 1e0 when step < last_step then 0e0 else greatest(0e0, 1 - below) end as upper_tail
    from {{ name }}_steps
    where step = last_step or step = 400

)
{%- endmacro %}
