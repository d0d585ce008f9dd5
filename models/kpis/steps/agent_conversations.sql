-- Grain: one row per metric version and matured conversation: whose it is, with team and role at the time.
-- Mind: it is of whoever sent the message that converted it, where that was ours; else of the agent who led it when its window opened, the
-- last of ours to have spoken by then; where nobody had, of the first to speak before it ended. Without one agent_kind is none.

{{ config(materialized='view') }}

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

-- of ours at the very instant of the conversion the last
converting as (

    select
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.conversation_id,
        case when messages.is_human then 'human' else 'bot' end as agent_kind,
        case when messages.is_human then coalesce(messages.rep_id, 'unknown') else coalesce(messages.rep_id, 'bot') end as agent_id
    from matured_conversations
    inner join {{ ref('conversation_messages') }} as messages
        on
            matured_conversations.conversation_id = messages.conversation_id
            and matured_conversations.ends_at = messages.sent_at
    where
        matured_conversations.is_converted
        and messages.message_role = 'message'
        and (messages.is_human or messages.sender = 'bot')
    qualify
        row_number() over (
            partition by
                matured_conversations.metric,
                matured_conversations.metric_version,
                matured_conversations.conversation_id
            order by messages.message_id desc
        ) = 1

),

led as (

    select
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.conversation_id,
        matured_conversations.ends_at,
        matured_conversations.cell_date,
        matured_conversations.stratum,
        matured_conversations.is_converted,
        coalesce(converting.agent_kind, agent_turns.agent_kind) as agent_kind,
        coalesce(converting.agent_id, agent_turns.agent_id) as agent_id,
        case
            when converting.agent_id is not null then matured_conversations.ends_at
            else greatest(agent_turns.starts_at, matured_conversations.anchor_at)
        end as led_at
    from matured_conversations
    left join agent_turns
        on
            matured_conversations.conversation_id = agent_turns.conversation_id
            and (agent_turns.turn_number = 1 or agent_turns.starts_at <= matured_conversations.anchor_at)
            and (agent_turns.ends_at is null or agent_turns.ends_at > matured_conversations.anchor_at)
            and (
                agent_turns.starts_at < matured_conversations.ends_at
                or agent_turns.starts_at <= matured_conversations.anchor_at
            )
    left join converting
        on
            matured_conversations.metric = converting.metric
            and matured_conversations.metric_version = converting.metric_version
            and matured_conversations.conversation_id = converting.conversation_id

),

final as (

    select
        led.metric,
        led.metric_version,
        led.conversation_id,
        led.ends_at,
        led.cell_date,
        led.stratum,
        led.is_converted,
        coalesce(led.agent_kind, 'none') as agent_kind,
        coalesce(led.agent_id, 'none') as agent_id,
        rep_periods.name as agent_name,
        coalesce(rep_periods.team, 'unknown') as team,
        coalesce(rep_periods.role, 'unknown') as role
    from led
    left join rep_periods
        on
            led.agent_id = rep_periods.rep_id
            and led.led_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or led.led_at < rep_periods.ends_at)

)

select * from final
