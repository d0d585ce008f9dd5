-- Grain: one row per conversation and turn of an agent: a run of messages of ours by the same rep or bot.
-- Mind: a turn lasts until the next agent speaks, whatever the contact says in between. Live messages are their rep's, whoever began them.

-- conversation_messages is read twice, narrow, for a CTE that is shared would be held whole
with

spoken as (

    select
        conversation_id,
        sent_at,
        case when is_human then 'human:' || coalesce(rep_id, 'unknown') else 'bot:' || coalesce(rep_id, 'bot') end as agent
    from {{ ref('conversation_messages') }}
    where
        message_role = 'message'
        and (is_human or sender = 'bot')

),

hands as (

    select
        conversation_id,
        min(agent) as least_agent,
        max(agent) as greatest_agent,
        min(sent_at) as starts_at
    from spoken
    group by conversation_id

),

-- only conversations of several agents need their messages in order
shared as (

    select
        messages.conversation_id,
        messages.message_id,
        messages.sent_at,
        case
            when messages.is_human then 'human:' || coalesce(messages.rep_id, 'unknown')
            else 'bot:' || coalesce(messages.rep_id, 'bot')
        end as agent
    from {{ ref('conversation_messages') }} as messages
    inner join hands
        on messages.conversation_id = hands.conversation_id
    where
        messages.message_role = 'message'
        and (messages.is_human or messages.sender = 'bot')
        and hands.least_agent <> hands.greatest_agent

),

ordered as (

    select
        *,
        lag(agent) over (
            partition by conversation_id
            order by sent_at, message_id
        ) as previous_agent
    from shared

),

changes as (

    select
        conversation_id,
        agent,
        row_number() over (
            partition by conversation_id
            order by sent_at, message_id
        ) as turn_number,
        sent_at as starts_at,
        lead(sent_at) over (
            partition by conversation_id
            order by sent_at, message_id
        ) as ends_at
    from ordered
    where previous_agent is null or previous_agent <> agent

),

turns as (

    select
        conversation_id,
        least_agent as agent,
        1 as turn_number,
        starts_at,
        cast(null as timestamp) as ends_at
    from hands
    where least_agent = greatest_agent

    union all

    select
        conversation_id,
        agent,
        turn_number,
        starts_at,
        ends_at
    from changes

),

final as (

    select
        conversation_id,
        cast(turn_number as bigint) as turn_number,
        case when agent like 'human:%' then 'human' else 'bot' end as agent_kind,
        substring(agent, position(':' in agent) + 1) as agent_id,
        starts_at,
        ends_at
    from turns

)

select * from final
