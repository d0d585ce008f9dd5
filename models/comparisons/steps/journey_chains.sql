-- Grain: one row per current metric version, dimension, group of units, state and the state after it.
-- Mind: state 0 is the start, 1 to 8 are players, 9 is the outcome, 10 is nothing. A player may follow itself.

{%- set cuts = credit_settings().cuts %}

with

touches as (

    select * from {{ ref('journey_touches') }}

),

players as (

    select * from {{ ref('journey_players') }}

),

steps as (

    {% call(cut, number) union_of(cuts) -%}
    select
        metric,
        metric_version,
        {{ "'" ~ cut ~ "'" if cut else "''" }} as cut_by,
        bucket,
        {{ cut or 'channel' }} as cut_value,
        next_{{ cut or 'channel' }} as next_value,
        is_converted,
        count(*) as touches,
        sum(case when touch_position = 1 then 1 else 0 end) as firsts
    from touches
    {%- if not cut %}
    where false
    {%- endif %}
    group by
        metric,
        metric_version,
        bucket,
        {{ cut or 'channel' }},
        next_{{ cut or 'channel' }},
        is_converted
    {%- endcall %}

),

placed as (

    select
        steps.metric,
        steps.metric_version,
        steps.cut_by,
        steps.bucket,
        own.player,
        case
            when steps.next_value is not null then following.player
            when steps.is_converted then 9
            else 10
        end as next_player,
        steps.touches,
        steps.firsts
    from steps
    inner join players as own
        on {{ equal_columns('steps', 'own', ['metric', 'metric_version', 'cut_by', 'cut_value']) }}
    left join players as following
        on {{ equal_columns('steps', 'following', ['metric', 'metric_version', 'cut_by']) }} and steps.next_value = following.cut_value

),

moves as (

    select
        metric,
        metric_version,
        cut_by,
        bucket,
        player as from_state,
        next_player as to_state,
        touches as moves
    from placed

    union all

    select
        metric,
        metric_version,
        cut_by,
        bucket,
        0 as from_state,
        player as to_state,
        firsts as moves
    from placed
    where firsts > 0

),

final as (

    select
        metric,
        metric_version,
        cut_by,
        bucket,
        cast(from_state as bigint) as from_state,
        cast(to_state as bigint) as to_state,
        cast(sum(moves) as bigint) as moves
    from moves
    group by
        metric,
        metric_version,
        cut_by,
        bucket,
        from_state,
        to_state

)

select * from final
