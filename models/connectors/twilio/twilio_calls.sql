-- Grain: one row per row of Twilio's calls, each leg of its own.
-- Mind: `left_out` says why a leg is none with somebody outside, null where it is. The leg by which an inbound call reached our own people is not, nor
-- is the one by which a rep was called, or called in, to be connected with a contact: there the leg that was dialled from it is.
{{ config(enabled=('twilio' in (var('connectors', none) or []))) }}
with

calls as (

    select
        {{ as_id('id') }} as call_id,
        {{ tool_id('twilio', 'id') }} as message_id,
        coalesce({{ as_id('parent_call_id') }}, {{ as_id('parent_call_sid') }}) as parent_id,
        {{ as_code('direction') }} as direction,
        {{ twilio_address('rows_read."from"') }} as from_address,
        {{ twilio_address('rows_read."to"') }} as to_address,
        coalesce({{ as_text('start_time') }}, {{ as_text('created_at') }}) as sent_at,
        cast(status as varchar) as status,
        {{ as_code('answered_by') }} as answered_by,
        cast(duration as varchar) as talk_seconds,
        cast(price as varchar) as price,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        source('twilio', 'call') if has_table('twilio', 'call') else none,
        ['id', '"from"', '"to"', 'direction'],
        ['parent_call_id', 'parent_call_sid', 'start_time', 'created_at', 'status', 'answered_by', 'duration', 'price', '_fivetran_synced']
    ) }} as rows_read

),

own_numbers as (

    select * from {{ ref('twilio_own_numbers') }}

),

-- What a trunk originates comes in, what it terminates goes out.
judged as (

    select
        calls.*,
        calls.direction like 'inbound%' or calls.direction = 'trunking-originating' as is_inbound,
        coalesce(calls.from_address like 'client:%' or calls.from_address like 'sip:%', false) or own_from.address is not null as is_from_us,
        coalesce(calls.to_address like 'client:%' or calls.to_address like 'sip:%', false) or own_to.address is not null as is_to_us,
        coalesce(calls.answered_by like 'machine%' or calls.answered_by = 'fax', false) as is_machine,
        coalesce({{ as_code('calls.status') }}, 'completed') in ('completed', 'in-progress') as is_picked_up
    from calls
    left join own_numbers as own_from
        on calls.from_address = own_from.address
    left join own_numbers as own_to
        on calls.to_address = own_to.address
        and calls.from_address <> calls.to_address

),

-- Who called or wrote to us on their own.
texts as (

    select {{ twilio_address('rows_read."from"') }} as address
    from {{ current_rows(
        source('twilio', 'message') if has_table('twilio', 'message') else none, ['"from"', 'direction'], []
    ) }} as rows_read
    where {{ as_code('direction') }} like 'inbound%'

),

outsiders as (

    select address from texts
    where address is not null

    union

    select from_address as address
    from judged
    where
        is_inbound
        and parent_id is null
        and not is_from_us
        and from_address is not null

),

-- One row per id, whatever the file repeats.
parents as (

    select
        call_id,
        max(parent_id) as parent_id,
        max(to_address) as to_address,
        max(case when is_inbound then 1 else 0 end) as is_inbound,
        max(case when is_from_us then 1 else 0 end) as is_from_us,
        max(case when is_to_us then 1 else 0 end) as is_to_us
    from judged
    group by call_id

),

-- The call in which a leg was dialled first of all: a leg's leg belongs to it too.
roots as (

    select
        parents.call_id,
        coalesce(above.call_id, parents.call_id) as root_id,
        coalesce(above.to_address, parents.to_address) as to_address,
        coalesce(above.is_inbound, parents.is_inbound) as is_inbound,
        coalesce(above.is_from_us, parents.is_from_us) as is_from_us,
        coalesce(above.is_to_us, parents.is_to_us) as is_to_us
    from parents
    left join parents as above
        on parents.parent_id = above.call_id

),

legs as (

    select
        judged.*,
        roots.root_id,
        coalesce(judged.parent_id is not null or judged.direction = 'outbound-dial', false) as is_leg,
        case
            when judged.is_to_us then false
            when roots.is_inbound = 1 then roots.is_from_us = 1
            when roots.is_to_us = 1 then true
            when roots.call_id is not null then called_outsider.address is null or dialled_outsider.address is not null
            else shown_outsider.address is null
        end as is_to_contact
    from judged
    left join roots
        on judged.parent_id = roots.call_id
    left join outsiders as called_outsider
        on roots.to_address = called_outsider.address
    left join outsiders as dialled_outsider
        on judged.to_address = dialled_outsider.address
    left join outsiders as shown_outsider
        on judged.from_address = shown_outsider.address

),

dialled as (

    select
        root_id,
        max(case when is_to_contact then 1 else 0 end) as is_to_contact,
        max(case when is_picked_up and not is_machine then 1 else 0 end) as is_answered
    from legs
    where
        is_leg
        and root_id is not null
    group by root_id

),

final as (

    select
        legs.call_id,
        legs.message_id,
        legs.is_inbound,
        legs.from_address,
        legs.to_address,
        legs.is_leg and legs.is_to_contact as is_by_rep,
        case
            when legs.is_leg then case when not legs.is_to_contact then 'leg' end
            when legs.is_inbound and not legs.is_from_us then cast(null as varchar)
            when dialled.is_to_contact = 1 then 'leg'
            when legs.is_inbound or legs.is_to_us then 'internal'
        end as left_out,
        legs.sent_at,
        case
            when legs.is_machine and legs.is_picked_up then 'voicemail'
            when legs.is_inbound and not legs.is_leg and legs.is_picked_up and dialled.is_answered = 0 then 'no-answer'
            else legs.status
        end as status,
        legs.talk_seconds,
        legs.price,
        legs.loaded_at
    from legs
    left join dialled
        on legs.call_id = dialled.root_id

)

select * from final
