-- Grain: one row per wait of a contact for an answer; closed_at is null while it is open.
-- Mind: waits run over the thread key and are not cut at conversations: a wait belongs to the conversation
-- of the message that opened it, and may be closed by a message of a later one.

with

messages as (

    select * from {{ ref('conversation_messages') }}

),

business_calendar as (

    select * from {{ ref('business_calendar') }}

),

assigned_calendars as (

    select * from {{ ref('assigned_calendars') }}

),

spoken as (

    select
        message_id,
        first_message_id,
        contact_id,
        thread_id,
        case when thread_id is null then channel end as unthreaded_channel,
        channel,
        sent_at,
        sender = 'contact' and not is_live and non_reply_kind is null as is_opener,
        is_human or (is_live and sender <> 'bot') as is_closer,
        sender = 'bot' as is_bot
    from messages
    where message_role = 'message'

),

-- At one instant closings come first, then bots: so whatever follows an opener that is no opener is
-- strictly later than it.
events as (

    select
        message_id,
        first_message_id,
        contact_id,
        thread_id,
        unthreaded_channel,
        channel,
        sent_at,
        is_opener,
        is_closer,
        case when is_closer then 1 when is_opener then 3 else 2 end as turn,
        case when is_opener then sent_at end as asked_at,
        case when is_closer then sent_at end as answered_at,
        case when is_bot then sent_at end as bot_at
    from spoken
    where is_opener or is_closer or is_bot

),

neighbours as (

    select
        *,
        max(asked_at) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, turn, message_id
            rows between unbounded preceding and 1 preceding
        ) as last_asked_at,
        max(answered_at) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, turn, message_id
            rows between unbounded preceding and 1 preceding
        ) as last_answered_at,
        min(bot_at) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, turn, message_id
            rows between 1 following and unbounded following
        ) as next_bot_at
    from events

),

-- An opener opens when every earlier one has been answered since, and an answer closes when nothing was
-- answered since the last opener; so openings and closings alternate.
turns as (

    select *
    from neighbours
    where
        (is_opener and (last_asked_at is null or last_answered_at > last_asked_at))
        or (
            is_closer
            and last_asked_at is not null
            and (last_answered_at is null or last_answered_at <= last_asked_at)
        )

),

-- The row after an opening is its closing, and two rows before it stands the opening before.
paired as (

    select
        *,
        lead(message_id) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, turn, message_id
        ) as closing_message_id,
        lead(sent_at) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, turn, message_id
        ) as closed_at,
        lag(first_message_id, 2) over (
            partition by contact_id, thread_id, unthreaded_channel
            order by sent_at, turn, message_id
        ) as previous_first_message_id
    from turns

),

opened as (

    select
        first_message_id,
        contact_id,
        channel,
        message_id as opening_message_id,
        sent_at as opened_at,
        previous_first_message_id is distinct from first_message_id as is_first,
        closing_message_id,
        closed_at,
        next_bot_at,
        {{ epoch_micros('closed_at') }} - {{ epoch_micros('sent_at') }} as wait_micros,
        cast(sent_at as date) as opened_date,
        cast(closed_at as date) as closed_date
    from paired
    where is_opener

),

opened_by_calendar as (

    select
        opened.*,
        coalesce(assigned_calendars.calendar, {{ setting_business_calendar() }}) as calendar
    from opened
    left join assigned_calendars
        on opened.first_message_id = assigned_calendars.first_message_id

),

-- Two lookups in the cumulative calendar; with a calendar that has no hours both find nothing: null.
measured as (

    select
        opened.*,
        (
            closing.business_micros_before
            + case
                when closing.is_open
                    then {{ epoch_micros('opened.closed_at') }} - {{ epoch_micros('closing.starts_at') }}
                else 0
            end
        )
        - (
            opening.business_micros_before
            + case
                when opening.is_open
                    then {{ epoch_micros('opened.opened_at') }} - {{ epoch_micros('opening.starts_at') }}
                else 0
            end
        ) as business_micros
    from opened_by_calendar as opened
    left join business_calendar as opening
        on
            opened.calendar = opening.calendar
            and opened.opened_date = opening.utc_date
            and opened.opened_at >= opening.starts_at
            and opened.opened_at < opening.ends_at
    left join business_calendar as closing
        on
            opened.calendar = closing.calendar
            and opened.closed_date = closing.utc_date
            and opened.closed_at >= closing.starts_at
            and opened.closed_at < closing.ends_at

),

final as (

    select
        md5(first_message_id) as conversation_id,
        first_message_id,
        contact_id,
        channel,
        opening_message_id,
        opened_at,
        closing_message_id,
        closed_at,
        cast(wait_micros as double) / 1000000 as wait_seconds,
        cast(business_micros as double) / 1000000 as business_seconds,
        case
            when closed_at is null or next_bot_at <= closed_at
                then
                    cast({{ epoch_micros('next_bot_at') }} - {{ epoch_micros('opened_at') }} as double)
                    / 1000000
        end as bot_response_seconds,
        is_first,
        calendar,
        wait_micros,
        cast(business_micros as bigint) as business_micros
    from measured

)

select * from final
