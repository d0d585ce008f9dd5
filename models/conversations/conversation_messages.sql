-- Grain: one row per staged message, those of runs that are no conversation too (conversation_id is null).
-- Mind: only rows of message_role 'message' speak; failed and system ones lie in a conversation, are counted
-- there, and take part in the gaps between messages, and in nothing else. is_live and is_human tell of the
-- row alone, whatever its role.

with

staged as (

    select * from {{ ref('stg_messages') }}

),

-- What the windows below carry is kept narrow: flags, and words only where there is no flag for them.
messages as (

    select
        message_id,
        contact_id,
        thread_id,
        rep_id,
        campaign_id,
        sent_at,
        canonical_channel as channel,
        direction = 'inbound' as is_inbound,
        {{ sender_of() | indent(8) }} as sender,
        is_attempt,
        {{ is_spoken() }} as is_spoken,
        non_reply_kind,
        {{ is_live() }} as is_live,
        gap_seconds
    from staged

),

-- A thread key is contact and thread_id, else contact and channel. Spelled as three columns it cannot collide,
-- whatever stands in an id.
gaps as (

    select
        *,
        lag(sent_at) over (
            partition by contact_id, thread_id, case when thread_id is null then channel end
            order by sent_at, message_id
        ) as previous_sent_at
    from messages

),

-- A gap of 0 makes every message its own, even at the instant of the one before.
runs as (

    select
        *,
        count(
            case
                when previous_sent_at is null or gap_seconds <= 0 then message_id
                when {{ epoch_micros('sent_at') }} - {{ epoch_micros('previous_sent_at') }}
                    > round(gap_seconds * 1000000) then message_id
            end
        ) over (
            partition by contact_id, thread_id, case when thread_id is null then channel end
            order by sent_at, message_id
            rows between unbounded preceding and current row
        ) as run_number
    from gaps

),

-- Within a run those that speak come first: the first row names the run, the last of them ends it.
heads as (

    select
        *,
        first_value(case when is_spoken then message_id end) over (
            partition by contact_id, thread_id, case when thread_id is null then channel end, run_number
            order by case when is_spoken then 0 else 1 end, sent_at, message_id
            rows between unbounded preceding and current row
        ) as first_message_id,
        lead(is_spoken) over (
            partition by contact_id, thread_id, case when thread_id is null then channel end, run_number
            order by case when is_spoken then 0 else 1 end, sent_at, message_id
        ) as is_next_spoken
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
        case when is_inbound then 'inbound' else 'outbound' end as direction,
        sender,
        case
            when is_spoken then 'message'
            when is_attempt then 'system'
            else 'failed'
        end as message_role,
        non_reply_kind,
        is_live,
        {{ is_human() }} as is_human,
        is_spoken and not coalesce(is_next_spoken, false) as is_last_message,
        gap_seconds
    from heads

)

select * from final
