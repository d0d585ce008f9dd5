-- Grain: one row per staged message, those of runs that are no conversation too (conversation_id is null).
-- Mind: only rows of message_role 'message' speak; failed and system ones lie in a conversation, are counted
-- there, and take part in the gaps between messages, and in nothing else. is_live and is_human tell of the
-- row alone, whatever its role.

with staged as (

    select * from {{ ref('stg_messages') }}

),

-- A thread key is contact and thread_id, else contact and channel. Kept as columns, it cannot collide,
-- whatever stands in an id.
messages as (

    select
        message_id,
        contact_id,
        thread_id,
        case when thread_id is null then canonical_channel end as unthreaded_channel,
        rep_id,
        campaign_id,
        sent_at,
        canonical_channel as channel,
        direction,
        case
            when sender_type is not null then sender_type
            when direction = 'inbound' then 'contact'
            when rep_id is not null then 'rep'
            else 'bot'
        end as sender,
        case
            when not is_delivered then 'failed'
            when sender_type = 'system' then 'system'
            else 'message'
        end as message_role,
        non_reply_kind,
        gap_seconds,
        is_live_channel
        and (is_answered or (status is null and coalesce(talk_seconds, 0) > 0)) as is_live
    from staged

),

gaps as (

    select
        *,
        lag(sent_at) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, message_id
        ) as previous_sent_at
    from messages

),

-- A gap of 0 makes every message its own, even at the instant of the one before.
runs as (

    select
        *,
        sum(
            case
                when previous_sent_at is null or gap_seconds <= 0 then 1
                when {{ epoch_micros('sent_at') }} - {{ epoch_micros('previous_sent_at') }}
                    > round(gap_seconds * 1000000) then 1
                else 0
            end
        ) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, message_id
            rows between unbounded preceding and current row
        ) as run_number
    from gaps

),

-- Within a run those that speak come first: the first row names the run, the last of them ends it.
heads as (

    select
        *,
        first_value(case when message_role = 'message' then message_id end) over (
            partition by contact_id, thread_id, unthreaded_channel, run_number
            order by case when message_role = 'message' then 0 else 1 end, sent_at, message_id
            rows between unbounded preceding and current row
        ) as first_message_id,
        lead(message_role) over (
            partition by contact_id, thread_id, unthreaded_channel, run_number
            order by case when message_role = 'message' then 0 else 1 end, sent_at, message_id
        ) as next_role
    from runs

),

final as (

    select
        message_id,
        md5(first_message_id) as conversation_id,
        first_message_id,
        contact_id,
        thread_id,
        rep_id,
        campaign_id,
        sent_at,
        channel,
        direction,
        sender,
        message_role,
        non_reply_kind,
        is_live,
        sender = 'rep' or (is_live and rep_id is not null) as is_human,
        message_role = 'message' and (next_role is null or next_role <> 'message') as is_last_message,
        gap_seconds
    from heads

)

select * from final
