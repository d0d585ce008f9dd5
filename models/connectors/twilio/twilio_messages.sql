-- Grain: one row per message and per call of Twilio.
-- Mind: Twilio knows numbers, not people: the contact is the number of the other side. What goes out is sent by a program
-- (a bot), as Twilio does not say which person was behind it.
{{ config(enabled=('twilio' in (var('connectors', none) or []))) }}
{%- set messages = source('twilio', 'message') if has_table('twilio', 'message') else none %}
{%- set calls = source('twilio', 'call') if has_table('twilio', 'call') else none %}
with

messages as (

    select
        id,
        case when cast(rows_read."from" as varchar) like 'whatsapp:%' then 'whatsapp' else 'sms' end as channel,
        {{ as_code('direction') }} like 'inbound%' as is_inbound,
        cast(rows_read."from" as varchar) as from_number,
        cast(rows_read."to" as varchar) as to_number,
        coalesce({{ as_text('date_sent') }}, {{ as_text('created_at') }}) as sent_at,
        cast(status as varchar) as status,
        cast(null as varchar) as talk_seconds,
        cast(body as varchar) as body,
        cast(price as varchar) as price,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        messages, ['id', '"from"', '"to"', 'direction'],
        ['date_sent', 'created_at', 'status', 'body', 'price', '_fivetran_synced']
    ) }} as rows_read

),

calls as (

    select
        id,
        'call' as channel,
        {{ as_code('direction') }} like 'inbound%' as is_inbound,
        cast(rows_read."from" as varchar) as from_number,
        cast(rows_read."to" as varchar) as to_number,
        coalesce({{ as_text('start_time') }}, {{ as_text('created_at') }}) as sent_at,
        cast(status as varchar) as status,
        cast(duration as varchar) as talk_seconds,
        cast(null as varchar) as body,
        cast(price as varchar) as price,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        calls, ['id', '"from"', '"to"', 'direction'],
        ['start_time', 'created_at', 'status', 'duration', 'price', '_fivetran_synced']
    ) }} as rows_read

),

both_kinds as (

    select * from messages
    union all
    select * from calls

),

final as (

    select
        {{ tool_id('twilio', 'id') }} as message_id,
        'twilio:' || nullif(replace(trim(case when is_inbound then from_number else to_number end), 'whatsapp:', ''), '') as contact_id,
        channel,
        case when is_inbound then 'inbound' when is_inbound is not null then 'outbound' end as direction,
        sent_at,
        cast(null as varchar) as thread_id,
        case when is_inbound then 'contact' when is_inbound is not null then 'bot' end as sender_type,
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
