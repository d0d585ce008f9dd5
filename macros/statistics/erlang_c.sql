{#-
    The chance that a caller waits, by Erlang's second formula (C), from the blocking of his first (B).
    Arguments:
        load (SQL): erlangs, a column: calls per second × seconds that each is handled.
        agents (SQL): a whole number, a column.
        blocking (SQL): Erlang B of the two, a column.
    Returns: an SQL expression, a double; 1 where the agents are no more than the load.
    Source: Erlang, 1917; the recurrence of B is that of Jagerman, Bell System Technical Journal 53, 1974.
-#}
{% macro erlang_c(load, agents, blocking) -%}
    case
        when {{ agents }} <= {{ load }} then 1e0
        else {{ agents }} * {{ blocking }} / ({{ agents }} - {{ load }} * (1 - {{ blocking }}))
    end
{%- endmacro %}

{#-
    The fewest agents who answer so large a share of callers within a time, if nobody hangs up: one agent more after the
    other, each with the blocking from the one before: load × B / (agents + load × B).
    Arguments:
        name (text): what the second CTE is called; the first is `<name>_steps`.
        relation (relation): the name of a relation.
        key (text): a column, unique in it.
        load (SQL): erlangs, a double above 0.
        patience (SQL): the time over the mean handling time, a double.
        share (SQL): the share that is to be answered within it, below 1.
    Returns: two CTEs for a `with recursive`, of which `<name>` has the key, load, patience, agents, wait_chance and
        served_share.
    Domain: load below 2,000; the search ends at 2,500 agents.
-#}
{% macro erlang_c_agents(name, relation, key, load, patience, share) -%}
{%- set served = '1 - (' ~ erlang_c('load', 'agents', 'blocking') ~ ') * exp(-greatest(agents - load, 0e0) * patience)' -%}
{{ name }}_steps as (

    select
        {{ key }},
        cast({{ load }} as double) as load,
        cast({{ patience }} as double) as patience,
        cast(1 as bigint) as agents,
        cast({{ load }} / (1 + {{ load }}) as double) as blocking
    from {{ relation }}
    where {{ load }} > 0

    union all

    select
        {{ key }},
        load,
        patience,
        agents + 1 as agents,
        load * blocking / (agents + 1 + load * blocking) as blocking
    from {{ name }}_steps
    where
        agents < 2500
        and (agents <= load or {{ served }} < {{ share }})

),

{{ name }} as (

    select
        {{ key }},
        load,
        patience,
        agents,
        {{ erlang_c('load', 'agents', 'blocking') | indent(8) }} as wait_chance,
        {{ served | indent(8) }} as served_share
    from {{ name }}_steps
    where
        agents > load
        and {{ served }} >= {{ share }}

)
{%- endmacro %}
