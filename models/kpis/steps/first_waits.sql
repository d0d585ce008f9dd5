-- Grain: one row per conversation in which the contact waited: its first wait, and how long all of them were.
-- Mind: everything here is that of the first wait's opening (date, channel, in or out of business hours), except the owner, who may have come
-- later, and the three lengths, which are the conversation's. Lengths are null while nothing is answered.

with

waits as (

    select
        conversation_id,
        opening_message_id,
        opened_at,
        cast(opened_at as date) as utc_date,
        channel,
        calendar,
        bot_response_seconds
    from {{ ref('waits') }}
    where is_first

),

conversations as (

    select
        conversation_id,
        owner_id,
        owner_team,
        lifecycle_stage_at_start,
        source,
        wait_count,
        first_response_seconds,
        average_response_seconds,
        longest_wait_seconds,
        first_response_business_seconds,
        average_response_business_seconds,
        longest_wait_business_seconds
    from {{ ref('conversations') }}
    where wait_count > 0

),

business_calendar as (

    select * from {{ ref('business_calendar') }}

),

final as (

    select
        waits.conversation_id,
        waits.opening_message_id,
        waits.opened_at,
        {{ local_day('waits.opened_at') }} as opened_date,
        waits.channel,
        conversations.owner_id,
        conversations.owner_team,
        conversations.lifecycle_stage_at_start,
        conversations.source,
        waits.calendar,
        business_calendar.is_open as is_in_business_hours,
        business_calendar.business_micros_before
        + case
            when business_calendar.is_open
                then {{ epoch_micros('waits.opened_at') }} - {{ epoch_micros('business_calendar.starts_at') }}
            else 0
        end as business_us_at_opening,
        {{ whole_micros('conversations.first_response_seconds') }} as first_response_us,
        {{ whole_micros('conversations.average_response_seconds') }} as average_response_us,
        {{ whole_micros('conversations.longest_wait_seconds') }} as longest_wait_us,
        {{ whole_micros('conversations.first_response_business_seconds') }} as first_response_business_us,
        {{ whole_micros('conversations.average_response_business_seconds') }} as average_response_business_us,
        {{ whole_micros('conversations.longest_wait_business_seconds') }} as longest_wait_business_us,
        {{ whole_micros('waits.bot_response_seconds') }} as first_bot_response_us
    from waits
    inner join conversations
        on waits.conversation_id = conversations.conversation_id
    left join business_calendar
        on
            waits.calendar = business_calendar.calendar
            and waits.utc_date = business_calendar.utc_date
            and waits.opened_at >= business_calendar.starts_at
            and waits.opened_at < business_calendar.ends_at

)

select * from final
