-- Grain: one row per message in which a phrase was found, kind of phrase (topic, next_step) and topic (null for next_step).
-- Mind: searched are the contact's messages and the first outbound one of each conversation, no others; next steps in the latter alone.
-- Non-replies are not searched. A phrase is found where it begins a word: `prices` holds `price`, `surprise` does not.

with

topics as (

    select * from {{ ref('map_topics') }}

),

next_step_phrases as (

    select * from {{ ref('map_next_step_phrases') }}

),

phrases as (

    select
        'topic' as phrase_kind,
        topic,
        keyword as phrase,
        keyword_words as phrase_words
    from topics

    union all

    select
        'next_step' as phrase_kind,
        cast(null as varchar) as topic,
        phrase,
        phrase_words
    from next_step_phrases

),

-- the first word is looked for before a text is cut into words, which costs more than all else here
firsts as (

    select
        phrase_kind,
        topic,
        phrase_words,
        split_part(phrase_words, ' ', 2) as first_word
    from phrases

),

-- each text once: people say the same things
texts as (

    select
        body,
        lower(body) as lower_body
    from {{ ref('stg_messages') }}
    where
        body is not null
        and is_attempt
        and non_reply_kind is null
    group by body

),

found as (

    select distinct
        texts.body,
        firsts.phrase_kind,
        firsts.topic
    from texts
    inner join firsts
        on
            case
                when strpos(texts.lower_body, firsts.first_word) > 0
                    then strpos({{ words_of('texts.lower_body') | indent(20) }}, firsts.phrase_words) > 0
                else false
            end

),

said as (

    select
        messages.message_id,
        found.phrase_kind,
        found.topic
    from {{ ref('stg_messages') }} as messages
    inner join found
        on messages.body = found.body

),

final as (

    select
        said.message_id,
        placed.conversation_id,
        placed.first_message_id,
        placed.sent_at,
        placed.sender = 'contact' as is_from_contact,
        said.phrase_kind,
        said.topic
    from said
    inner join {{ ref('conversation_messages') }} as placed
        on said.message_id = placed.message_id
    left join {{ ref('conversations') }} as conversations
        on placed.conversation_id = conversations.conversation_id
    where
        placed.message_role = 'message'
        and placed.non_reply_kind is null
        and (
            (placed.sender = 'contact' and said.phrase_kind = 'topic')
            or (placed.direction = 'outbound' and placed.sent_at = conversations.first_outbound_at)
        )

)

select * from final
