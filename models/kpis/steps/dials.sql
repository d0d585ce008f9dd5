-- Grain: one row per conversation with calls tried by us, day (in the zone of the rates), channel and rep of them.
-- Mind: a dial is an outbound message in a live channel, answered or not; failed ones are none. contacts_reached counts the live ones.

with

live_channels as (

    select distinct channel from {{ ref('map_channels') }}
    where is_live

),

final as (

    select
        conversation_id,
        min(contact_id) as contact_id,
        {{ local_day('sent_at') }} as dial_date,
        channel,
        rep_id,
        count(*) as dials,
        count(case when is_live then message_id end) as contacts_reached
    from {{ ref('conversation_messages') }}
    where
        message_role = 'message'
        and direction = 'outbound'
        and channel in (select channel from live_channels)
    group by
        conversation_id,
        {{ local_day('sent_at') }},
        channel,
        rep_id

)

select * from final
