-- Grain: one row per current metric version, dimension, group of units and set of players that a path has.
-- Mind: `player_set` is a sum of bits. How often and in which order a path has a player does not matter here.

{%- set cuts = credit_settings().cuts %}

with

touches as (

    select * from {{ ref('journey_touches') }}

),

players as (

    select * from {{ ref('journey_players') }}

),

visited as (

    {{ journey_visits(cuts) }}

),

played as (

    select
        visited.metric,
        visited.metric_version,
        visited.cut_by,
        visited.unit_id,
        visited.is_converted,
        visited.path_number,
        visited.bucket,
        players.bit
    from visited
    inner join players
        on {{ equal_columns('visited', 'players', ['metric', 'metric_version', 'cut_by', 'cut_value']) }}
    group by
        visited.metric,
        visited.metric_version,
        visited.cut_by,
        visited.unit_id,
        visited.is_converted,
        visited.path_number,
        visited.bucket,
        players.bit

),

paths as (

    select
        metric,
        metric_version,
        cut_by,
        bucket,
        is_converted,
        sum(bit) as player_set
    from played
    group by
        metric,
        metric_version,
        cut_by,
        bucket,
        is_converted,
        unit_id,
        path_number

),

final as (

    select
        metric,
        metric_version,
        cut_by,
        bucket,
        cast(player_set as bigint) as player_set,
        cast(count(*) as bigint) as paths,
        cast(sum(case when is_converted then 1 else 0 end) as bigint) as converted_paths
    from paths
    group by
        metric,
        metric_version,
        cut_by,
        bucket,
        player_set

)

select * from final
