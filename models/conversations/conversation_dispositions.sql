-- Grain: one row per disposition of a mapped code that found a conversation.
-- Mind: a disposition recorded later than the grace after the last message has is_counted false. It is shown
-- and never used: it would let a rep rewrite a lost conversation.

with dispositions as (

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

-- Each way found is one more candidate: 2 of the thread, 3 of the contact. Open ones come first, then the
-- last begun.
candidates as (

    select
        mapped.disposition_number,
        activity.first_message_id,
        activity.started_at,
        case when mapped.thread_id = activity.thread_id then 2 else 3 end as way,
        case when mapped.recorded_at <= activity.last_message_at then 0 else 1 end as is_over
    from mapped
    inner join activity
        on
            mapped.contact_id = activity.contact_id
            and mapped.recorded_at >= activity.started_at
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
