-- Grain: one row per conversation with a text that was searched: those of the contact, and the first message of ours.
-- Mind: a later message of ours that asks for a next step is not seen, nor is anything said on the telephone.

with

phrases as (

    select distinct lower({{ trim_white('phrase') }}) as phrase
    from {{ ref('next_step_phrases') }}
    where {{ trim_white('phrase') }} <> ''

),

texts as (

    select
        message_id,
        lower(body) as body
    from {{ ref('stg_messages') }}
    where
        body is not null
        and is_delivered
        and sender_type is distinct from 'system'

),

asks as (

    select distinct texts.message_id
    from texts
    inner join phrases
        on position(phrases.phrase in texts.body) > 0

),

-- of outbound messages at one instant the least id is the first
first_outbounds as (

    select
        messages.conversation_id,
        min(messages.message_id) as message_id
    from {{ ref('conversation_messages') }} as messages
    inner join {{ ref('conversations') }} as conversations
        on
            messages.conversation_id = conversations.conversation_id
            and messages.sent_at = conversations.first_outbound_at
    where
        messages.message_role = 'message'
        and messages.direction = 'outbound'
    group by messages.conversation_id

),

searched as (

    select
        messages.conversation_id,
        messages.message_id,
        messages.sent_at,
        messages.direction
    from {{ ref('conversation_messages') }} as messages
    inner join texts
        on messages.message_id = texts.message_id
    left join first_outbounds
        on messages.message_id = first_outbounds.message_id
    where
        messages.message_role = 'message'
        and (messages.direction = 'inbound' or first_outbounds.message_id is not null)

),

found as (

    select
        searched.conversation_id,
        max(case when searched.direction = 'outbound' then 1 else 0 end) = 1 as is_outbound_searched,
        cast(count(*) as bigint) as searched_count,
        min(case when asks.message_id is not null then searched.sent_at end) as asked_at,
        min(case when asks.message_id is not null and searched.direction = 'outbound' then searched.sent_at end) as we_asked_at
    from searched
    left join asks
        on searched.message_id = asks.message_id
    group by searched.conversation_id

),

final as (

    select
        conversation_id,
        searched_count,
        is_outbound_searched,
        asked_at,
        case
            when asked_at is null then cast(null as varchar)
            when we_asked_at = asked_at then 'us'
            else 'contact'
        end as asked_by
    from found

)

select * from final
