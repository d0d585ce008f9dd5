-- Grain: one row per contact and touch: what we sent on one day (in the zone of the rates), in one channel, of one campaign or none.
-- Mind: messages_before are those of the 30 days before the day, in all channels: nothing of the day itself, whose later messages may
-- answer to what came of the first.

with

touches as (

    select
        contact_id,
        {{ local_day('sent_at') }} as touch_date,
        channel,
        campaign_id,
        count(*) as messages,
        min(sent_at) as first_sent_at
    from {{ ref('conversation_messages') }}
    where
        message_role = 'message'
        and direction = 'outbound'
    group by
        contact_id,
        {{ local_day('sent_at') }},
        channel,
        campaign_id

),

days as (

    select
        contact_id,
        touch_date,
        sum(messages) as messages
    from touches
    group by
        contact_id,
        touch_date

),

summed as (

    select
        contact_id,
        touch_date,
        sum(messages) over (
            partition by contact_id
            order by touch_date
            range between interval '30 days' preceding and interval '1 day' preceding
        ) as messages_before
    from days

),

final as (

    select
        touches.contact_id,
        touches.touch_date,
        touches.channel,
        touches.campaign_id,
        touches.first_sent_at,
        cast(touches.messages as bigint) as messages,
        cast(coalesce(summed.messages_before, 0) as bigint) as messages_before
    from touches
    inner join summed
        on
            touches.contact_id = summed.contact_id
            and touches.touch_date = summed.touch_date

)

select * from final
