-- Grain: one row per message of Twilio, and per call that is a conversation with somebody outside.
-- Mind: Twilio knows numbers, not people: the contact is the number of the other side; who withholds it is somebody else each time. What goes
-- out is sent by a program (a bot), as Twilio does not say which person was behind it, but for a call dialled from a rep's own leg.
{{ config(enabled=('twilio' in (var('connectors', none) or []))) }}
with

messages as (

    select
        {{ as_id('id') }} as id,
        {{ tool_id('twilio', 'id') }} as message_id,
        case
            when lower(cast(rows_read."from" as varchar) || cast(rows_read."to" as varchar)) like '%whatsapp:%' then 'whatsapp'
            when lower(cast(rows_read."from" as varchar) || cast(rows_read."to" as varchar)) like '%messenger:%' then 'messenger'
            else 'sms'
        end as channel,
        {{ as_code('direction') }} like 'inbound%' as is_inbound,
        {{ twilio_address('rows_read."from"') }} as from_address,
        {{ twilio_address('rows_read."to"') }} as to_address,
        coalesce({{ as_text('date_sent') }}, {{ as_text('created_at') }}) as sent_at,
        cast(status as varchar) as status,
        cast(body as varchar) as body,
        cast(price as varchar) as price,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        source('twilio', 'message') if has_table('twilio', 'message') else none, ['id', '"from"', '"to"', 'direction'],
        ['date_sent', 'created_at', 'status', 'body', 'price', '_fivetran_synced']
    ) }} as rows_read

),

own_numbers as (

    select * from {{ ref('twilio_own_numbers') }}

),

calls as (

    select * from {{ ref('twilio_calls') }}

),

both_kinds as (

    select
        messages.id,
        messages.message_id,
        messages.channel,
        messages.is_inbound,
        case when messages.is_inbound then messages.from_address else messages.to_address end as address,
        case when messages.is_inbound then 'contact' when messages.is_inbound is not null then 'bot' end as sender_type,
        messages.sent_at,
        messages.status,
        cast(null as varchar) as talk_seconds,
        messages.body,
        messages.price,
        messages.loaded_at
    from messages
    left join own_numbers
        on case when messages.is_inbound then messages.from_address else messages.to_address end = own_numbers.address
        and messages.from_address <> messages.to_address
    where own_numbers.address is null

    union all

    select
        call_id as id,
        message_id,
        'call' as channel,
        is_inbound,
        case when is_inbound then from_address else to_address end as address,
        case when is_inbound then 'contact' when is_by_rep then 'rep' when is_inbound is not null then 'bot' end as sender_type,
        sent_at,
        status,
        talk_seconds,
        cast(null as varchar) as body,
        price,
        loaded_at
    from calls
    where left_out is null

),

final as (

    select
        message_id,
        'twilio:' || case
            when lower(address) in ({{ string_list(twilio_withheld()) }}) then id
            else address
        end as contact_id,
        channel,
        case when is_inbound then 'inbound' when is_inbound is not null then 'outbound' end as direction,
        sent_at,
        cast(null as varchar) as thread_id,
        sender_type,
        cast(null as varchar) as rep_id,
        status,
        talk_seconds,
        cast(null as varchar) as campaign_id,
        body,
        ltrim(price, '-') as cost,
        loaded_at
    from both_kinds

)

select * from final
