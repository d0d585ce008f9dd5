{{ config(
    severity='warn',
    meta={'what_to_do': 'the first conversations in the data may have begun before the data do. Deliver earlier messages, or leave the first period out of comparisons; otherwise nothing needs to be done'},
) }}
-- Conversations begun within a gap of the feed's first message may have begun before it: their kinds, first responses
-- and anchors may be cut off. A row here counts them.

with messages as (

    select * from {{ ref('conversation_messages') }}

),

feed as (

    select min(sent_at) as started_at
    from messages

),

cut_off as (

    select
        min(feed.started_at) as feed_started_at,
        count(*) as conversation_count
    from messages
    cross join feed
    where
        messages.message_id = messages.first_message_id
        and {{ epoch_micros('messages.sent_at') }} - {{ epoch_micros('feed.started_at') }}
        <= messages.gap_seconds * 1000000

)

select
    feed_started_at,
    conversation_count
from cut_off
where conversation_count > 0
