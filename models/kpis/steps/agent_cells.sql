-- Grain: one row per metric version, agent with team and role at the time, finest period of kpi_grains and stratum.
-- Mind: each matured conversation is counted once, for the agent who led it when its window opened: the last of ours to have spoken,
-- or where nobody had, the first to speak before it ended. Without one it is counted under agent_kind none.

with

matured_conversations as (

    select * from {{ ref('matured_conversations') }}

),

agent_turns as (

    select * from {{ ref('agent_turns') }}

),

rep_periods as (

    select * from {{ ref('rep_periods') }}

),

led as (

    select
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.cell_date,
        matured_conversations.stratum,
        matured_conversations.is_converted,
        agent_turns.agent_kind,
        agent_turns.agent_id,
        greatest(agent_turns.starts_at, matured_conversations.anchor_at) as led_at
    from matured_conversations
    left join agent_turns
        on
            matured_conversations.conversation_id = agent_turns.conversation_id
            and (agent_turns.turn_number = 1 or agent_turns.starts_at <= matured_conversations.anchor_at)
            and (agent_turns.ends_at is null or agent_turns.ends_at > matured_conversations.anchor_at)
            and agent_turns.starts_at < matured_conversations.ends_at

),

final as (

    select
        led.metric,
        led.metric_version,
        coalesce(led.agent_kind, 'none') as agent_kind,
        coalesce(led.agent_id, 'none') as agent_id,
        coalesce(rep_periods.team, 'unknown') as team,
        coalesce(rep_periods.role, 'unknown') as role,
        led.cell_date,
        led.stratum,
        min(rep_periods.name) as agent_name,
        cast(count(*) as bigint) as matured,
        cast(sum(case when led.is_converted then 1 else 0 end) as bigint) as matured_converted
    from led
    left join rep_periods
        on
            led.agent_id = rep_periods.rep_id
            and led.led_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or led.led_at < rep_periods.ends_at)
    group by
        led.metric,
        led.metric_version,
        coalesce(led.agent_kind, 'none'),
        coalesce(led.agent_id, 'none'),
        coalesce(rep_periods.team, 'unknown'),
        coalesce(rep_periods.role, 'unknown'),
        led.cell_date,
        led.stratum

)

select * from final
