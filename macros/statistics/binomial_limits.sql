{#-
    The counts between which chance leaves a binomial variable X ~ Binomial(trials, chance): `fewest`, the least whole
    number with P(X <= fewest) >= tail, and `most`, the greatest with P(X >= most) >= tail. They rest on the sums of
    binomial_steps, as binomial_tails does, so that no count is beyond the one and within the other.
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
{{ binomial_steps(name ~ '_steps', relation, key, trials, chance, '1 - (below + mass) >= ' ~ tail) }},

{{ name }} as (

    select
        {{ key }},
        coalesce(min(case when below + mass >= {{ tail }} then step end), max(step)) as fewest,
        max(step) as most
    from {{ name }}_steps
    group by {{ key }}

)
{%- endmacro %}
