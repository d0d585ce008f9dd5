-- Grain: one row per finest period of kpi_grains and live channel: calls of contacts, by what became of them.
-- Mind: a call is abandoned where its status says so (is_abandoned of the seed message_statuses) or, without a status, where nobody talked
-- (0 seconds). How long the caller waited is known only where an abandoned call has a length above 0: no length is no short one.

with

map_message_statuses as (

    select * from {{ ref('map_message_statuses') }}

),

calls as (

    select
        message_id,
        sent_at,
        canonical_channel as channel,
        status,
        talk_seconds,
        {{ is_live() }} as is_live
    from {{ ref('stg_messages') }}
    where
        {{ is_spoken() }}
        and is_live_channel
        and direction = 'inbound'

),

told as (

    select
        calls.message_id,
        calls.sent_at,
        calls.channel,
        calls.talk_seconds,
        calls.is_live,
        case
            when calls.status is not null then map_message_statuses.is_abandoned
            when calls.talk_seconds = 0 then true
        end as is_abandoned
    from calls
    left join map_message_statuses
        on calls.status = map_message_statuses.status

),

judged as (

    select
        message_id,
        sent_at,
        channel,
        case
            when is_live then 'answered'
            when is_abandoned is null then 'unknown'
            when not is_abandoned then 'diverted'
            when talk_seconds > 0 and talk_seconds <= {{ setting_short_abandonment_seconds() }} then 'short'
            when talk_seconds > 0 then 'long'
            else 'unmeasured'
        end as fate
    from told

),

final as (

    select
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'sent_at') | indent(8) }} as cell_date,
        channel,
        count(*) as inbound_calls,
        count(case when fate = 'answered' then message_id end) as answered_calls,
        count(case when fate in ('long', 'unmeasured') then message_id end) as abandoned_calls,
        count(case when fate = 'unmeasured' then message_id end) as unmeasured_abandoned_calls,
        count(case when fate = 'short' then message_id end) as short_abandoned_calls,
        count(case when fate = 'diverted' then message_id end) as diverted_calls,
        count(case when fate = 'unknown' then message_id end) as unknown_calls
    from judged
    group by
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'sent_at') | indent(8) }},
        channel

)

select * from final
