-- Grain: one row per disposition of a mapped code that found a conversation.
-- Mind: a disposition recorded later than the grace after the last message has is_counted false. It is shown
-- and never used: it would let a rep rewrite a lost conversation.

with

dispositions as (

    select * from {{ ref('stg_dispositions') }}

),

messages as (

    select
        message_id,
        first_message_id
    from {{ ref('conversation_messages') }}
    where first_message_id is not null

),

activity as (

    select
        first_message_id,
        contact_id,
        thread_id,
        started_at,
        last_message_at
    from {{ ref('conversation_activity') }}

),

-- The key of a disposition holds nulls, so it is numbered to be joined by.
mapped as (

    select
        contact_id,
        thread_id,
        message_id,
        code,
        category,
        recorded_at,
        row_number() over (
            order by contact_id, recorded_at, code, thread_id, message_id
        ) as disposition_number
    from dispositions
    where category is not null

),

by_message as (

    select
        mapped.disposition_number,
        messages.first_message_id
    from mapped
    inner join messages
        on mapped.message_id = messages.message_id

),

-- Until when each conversation is the last begun, of its contact and of its thread.
begun as (

    select
        first_message_id,
        contact_id,
        thread_id,
        started_at,
        last_message_at,
        lead(started_at) over (
            partition by contact_id
            order by started_at, first_message_id
        ) as next_started_at,
        lead(started_at) over (
            partition by contact_id, thread_id
            order by started_at, first_message_id
        ) as next_of_thread_at
    from activity
    where contact_id in (select mapped.contact_id from mapped)

),

-- Candidates are those open at the time and the last begun, not all that ever began: a contact may have
-- thousands. Those of the thread (way 2) come before those of the contact (3), open ones before others.
candidates as (

    select
        mapped.disposition_number,
        begun.first_message_id,
        begun.started_at,
        case when mapped.thread_id = begun.thread_id then 2 else 3 end as way,
        case when mapped.recorded_at <= begun.last_message_at then 0 else 1 end as is_over
    from mapped
    inner join begun
        on
            mapped.contact_id = begun.contact_id
            and mapped.recorded_at >= begun.started_at
            and (
                mapped.recorded_at <= begun.last_message_at
                or begun.next_started_at is null
                or mapped.recorded_at < begun.next_started_at
                or (
                    mapped.thread_id = begun.thread_id
                    and (begun.next_of_thread_at is null or mapped.recorded_at < begun.next_of_thread_at)
                )
            )
    left join by_message
        on mapped.disposition_number = by_message.disposition_number
    where by_message.disposition_number is null

),

ranked as (

    select
        disposition_number,
        first_message_id,
        row_number() over (
            partition by disposition_number
            order by way, is_over, started_at desc, first_message_id desc
        ) as candidate_rank
    from candidates

),

attached as (

    select
        disposition_number,
        first_message_id
    from by_message

    union all

    select
        disposition_number,
        first_message_id
    from ranked
    where candidate_rank = 1

),

final as (

    select
        attached.first_message_id,
        mapped.contact_id,
        mapped.thread_id,
        mapped.message_id,
        mapped.recorded_at,
        mapped.code,
        mapped.category,
        {{ epoch_micros('mapped.recorded_at') }} - {{ epoch_micros('activity.last_message_at') }}
        <= {{ setting_disposition_grace_hours() }} * 3600000000 as is_counted
    from attached
    inner join mapped
        on attached.disposition_number = mapped.disposition_number
    inner join activity
        on attached.first_message_id = activity.first_message_id

)

select * from final
