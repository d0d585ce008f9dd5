-- Grain: one row per contact and touch: what we sent on one day (in the zone of the rates), in one channel, of one campaign or none.
-- Mind: messages_before are those of the 30 days before the day, in all channels: nothing of the day itself, whose later messages may
-- answer to what came of the first. consent_source is that of the last consent before the touch, for its channel or for all; `none` where none is
-- on record, `not_given` where nobody says how it was given, and null where the input consents is not there.

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

-- touches of one day have the same frame, which ends the day before
summed as (

    select
        touches.*,
        sum(messages) over (
            partition by contact_id
            order by touch_date
            range between interval '30 days' preceding and interval '1 day' preceding
        ) as messages_before
    from touches

),

{%- if has_input('consents') %}

channels as (

    select * from {{ ref('map_channels') }}

),

consents as (

    select
        given.contact_id,
        given.channel as raw_channel,
        coalesce(channels.channel, given.channel) as channel,
        coalesce(given.source, 'not_given') as consent_source,
        given.consented_at
    from {{ ref('stg_consents') }} as given
    left join channels
        on given.channel = channels.raw_channel

),

agreed as (

    select
        touches.contact_id,
        touches.touch_date,
        touches.channel,
        touches.campaign_id,
        consents.consent_source,
        row_number() over (
            partition by touches.contact_id, touches.touch_date, touches.channel, touches.campaign_id
            order by consents.consented_at desc, case when consents.channel is null then 1 else 0 end, consents.raw_channel
        ) as place
    from touches
    inner join consents
        on
            touches.contact_id = consents.contact_id
            and (consents.channel is null or touches.channel = consents.channel)
            and touches.first_sent_at >= consents.consented_at

),
{%- endif %}

final as (

    select
        summed.contact_id,
        summed.touch_date,
        summed.channel,
        summed.campaign_id,
        {% if has_input('consents') -%}
        coalesce(agreed.consent_source, 'none') as consent_source,
        {%- else -%}
        cast(null as varchar) as consent_source,
        {%- endif %}
        summed.first_sent_at,
        cast(summed.messages as bigint) as messages,
        cast(coalesce(summed.messages_before, 0) as bigint) as messages_before
    from summed
    {%- if has_input('consents') %}
    left join agreed
        on
            summed.contact_id = agreed.contact_id
            and summed.touch_date = agreed.touch_date
            and summed.channel = agreed.channel
            and summed.campaign_id is not distinct from agreed.campaign_id
            and agreed.place = 1
    {%- endif %}

)

select * from final
