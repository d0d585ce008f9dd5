-- Grain: one row per current metric version, dimension, replicate and player that is taken away; player 0 for none.
-- Mind: the chance is that of a Markov chain of the first order, and who would go to the player that is taken away goes nowhere. It is exact: the
-- players are eliminated one after the other, as Gauss does.
-- Source: Anderl, Becker, von Wangenheim and Schumann, Mapping the customer journey, International Journal of Research in Marketing 33, 2016.

{%- set chain = ['metric', 'metric_version', 'cut_by', 'replicate'] %}
{%- set players = range(1, 9) | list %}

with

chains as (

    select * from {{ ref('journey_chains') }}

),

draws as (

    select * from {{ ref('bootstrap_draws') }}

),

players as (

    select
        metric,
        metric_version,
        cut_by,
        player
    from {{ ref('journey_players') }}

),

removals as (

    select
        metric,
        metric_version,
        cut_by,
        player as removed
    from players
    group by
        metric,
        metric_version,
        cut_by,
        player

    union all

    select
        metric,
        metric_version,
        cut_by,
        0 as removed
    from players
    group by
        metric,
        metric_version,
        cut_by

),

drawn as (

    select
        {{ qualified('chains', chain[:3]) | join(', ') }},
        draws.replicate,
        chains.from_state,
        {%- for player in players + [9] %}
        sum(case when chains.to_state = {{ player }} then chains.moves * draws.weight else 0 end) as to_{{ player }},
        {%- endfor %}
        cast(sum(chains.moves * draws.weight) as double) as moves
    from chains
    inner join draws
        on chains.bucket = draws.bucket
    group by
        {{ qualified('chains', chain[:3]) | join(', ') }},
        draws.replicate,
        chains.from_state

),

eliminated_0 as (

    select
        {{ qualified('drawn', chain) | join(', ') }},
        removals.removed,
        drawn.from_state,
        {%- for player in players %}
        case when removals.removed = {{ player }} then 0e0 else drawn.to_{{ player }} / drawn.moves end as to_{{ player }},
        {%- endfor %}
        drawn.to_9 / drawn.moves as to_9
    from drawn
    inner join removals
        on {{ equal_columns('drawn', 'removals', chain[:3]) }}

),

{% for player in players -%}
beside_{{ player }} as (

    select
        eliminated_{{ player - 1 }}.*,
        {%- for column in players[player - 1:] + [9] %}
        coalesce(max(case when from_state = {{ player }} then to_{{ column }} end) over (partition by {{ chain | join(', ') }}, removed), 0e0) as row_{{ column }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from eliminated_{{ player - 1 }}

),

eliminated_{{ player }} as (

    select
        {{ chain | join(', ') }},
        removed,
        from_state,
        {%- for column in players[player:] + [9] %}
        to_{{ column }} + to_{{ player }} * row_{{ column }} / (1 - row_{{ player }}) as to_{{ column }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from beside_{{ player }}
    where from_state <> {{ player }}

),

{% endfor -%}
final as (

    select
        {{ chain | join(', ') }},
        cast(removed as bigint) as removed,
        to_9 as conversion_chance
    from eliminated_8
    where from_state = 0

)

select * from final
