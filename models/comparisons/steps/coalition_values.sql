-- Grain: one row per current metric version, dimension, replicate and player.
-- Mind: a set of players is worth the conversion rate of the paths that have no player outside it, 0 without such paths. A player whose paths
-- convert less than those without it is worth less than nothing.
-- Source: Shapley, A value for n-person games, 1953; over channels: Shao and Li, Data-driven multi-touch attribution models, KDD 2011.

{%- set game = ['metric', 'metric_version', 'cut_by'] %}
{%- set factorial = [1, 1, 2, 6, 24, 120, 720, 5040, 40320] %}
{%- set sizes = namespace(items=[]) %}
{%- for players in range(1, 9) %}
{%- for size in range(1, players + 1) %}
{%- set sizes.items = sizes.items + [{
    'players': players,
    'size': size,
    'inside': factorial[size - 1] * factorial[players - size] / factorial[players],
    'outside': factorial[size] * factorial[players - size - 1] / factorial[players] if size < players else 0,
}] %}
{%- endfor %}
{%- endfor %}

with

seen as (

    select * from {{ ref('journey_sets') }}

),

draws as (

    select * from {{ ref('bootstrap_draws') }}

),

players as (

    select
        {{ game | join(', ') }},
        player,
        bit
    from {{ ref('journey_players') }}
    group by
        {{ game | join(', ') }},
        player,
        bit

),

games as (

    select
        {{ game | join(', ') }},
        count(*) as players,
        cast(sum(bit) as bigint) as all_bits
    from players
    group by
        {{ game | join(', ') }}

),

digits as (

    {% call(digit, number) union_of(range(16)) -%}
    select
        {{ digit }} as digit,
        {{ digit % 2 + digit // 2 % 2 + digit // 4 % 2 + digit // 8 }} as size
    {%- endcall %}

),

sets as (

    select
        cast(16 * high.digit + low.digit as bigint) as player_set,
        high.size + low.size as size
    from digits as high
    cross join digits as low

),

weights as (

    {% call(each, number) union_of(sizes.items) -%}
    select {{ each.players }} as players, {{ each.size }} as size, {{ each.inside }}e0 as inside, {{ each.outside }}e0 as outside
    {%- endcall %}

),

drawn as (

    select
        {{ qualified('seen', game) | join(', ') }},
        draws.replicate,
        seen.player_set,
        sum(seen.paths * draws.weight) as paths,
        sum(seen.converted_paths * draws.weight) as converted_paths
    from seen
    inner join draws
        on seen.bucket = draws.bucket
    group by
        {{ qualified('seen', game) | join(', ') }},
        draws.replicate,
        seen.player_set

),

worths as (

    select
        {{ qualified('drawn', game) | join(', ') }},
        drawn.replicate,
        sets.player_set,
        weights.inside,
        weights.outside,
        sum(drawn.converted_paths) / cast(sum(drawn.paths) as double) as worth
    from drawn
    inner join games
        on {{ equal_columns('drawn', 'games', game) }}
    inner join sets
        on
            (games.all_bits & sets.player_set) = sets.player_set
            and (drawn.player_set & sets.player_set) = drawn.player_set
    inner join weights
        on games.players = weights.players and sets.size = weights.size
    group by
        {{ qualified('drawn', game) | join(', ') }},
        drawn.replicate,
        sets.player_set,
        weights.inside,
        weights.outside

),

final as (

    select
        {{ qualified('worths', game) | join(', ') }},
        worths.replicate,
        players.player,
        cast(sum(cast(
            case when (worths.player_set & players.bit) = players.bit then worths.inside else -worths.outside end * worths.worth
            as decimal(38, 18)
        )) as double) as shapley_value
    from worths
    inner join players
        on {{ equal_columns('worths', 'players', game) }}
    group by
        {{ qualified('worths', game) | join(', ') }},
        worths.replicate,
        players.player

)

select * from final
