-- Grain: one row per conversation whose first outbound message has a text.
-- Mind: only that message is searched: a later one that names a next step is not seen, nor is anything said on the telephone.

with

asks as (

    select
        message_id,
        min(sent_at) as asked_at
    from {{ ref('message_phrases') }}
    where phrase_kind = 'next_step'
    group by message_id

),

texts as (

    select message_id
    from {{ ref('stg_messages') }}
    where
        body is not null
        and direction = 'outbound'

),

-- of messages at one instant the one that asks counts, for message_phrases looks at all of them
first_outbounds as (

    select
        messages.conversation_id,
        messages.message_id
    from {{ ref('conversation_messages') }} as messages
    inner join {{ ref('conversations') }} as conversations
        on
            messages.conversation_id = conversations.conversation_id
            and messages.sent_at = conversations.first_outbound_at
    where
        messages.message_role = 'message'
        and messages.direction = 'outbound'

),

final as (

    select
        first_outbounds.conversation_id,
        min(asks.asked_at) as asked_at
    from first_outbounds
    inner join texts
        on first_outbounds.message_id = texts.message_id
    left join asks
        on first_outbounds.message_id = asks.message_id
    group by first_outbounds.conversation_id

)

select * from final
