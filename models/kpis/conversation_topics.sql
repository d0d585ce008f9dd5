-- Grain: one row per conversation and topic that is named in it.
-- Mind: a conversation may have several topics and stands in a row for each, and may have none. Searched are the contact's messages and the
-- first outbound one; is_from_contact tells what only we named from what the contact did.

with

message_phrases as (

    select * from {{ ref('message_phrases') }}

),

final as (

    select
        conversation_id,
        topic,
        min(sent_at) as first_named_at,
        min(case when is_from_contact then sent_at end) as first_named_by_contact_at,
        max(case when is_from_contact then 1 else 0 end) = 1 as is_from_contact,
        count(*) as message_count
    from message_phrases
    where phrase_kind = 'topic'
    group by
        conversation_id,
        topic

)

select * from final
