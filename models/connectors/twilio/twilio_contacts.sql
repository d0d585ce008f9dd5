-- Grain: one row per number on the other side of a message or call of Twilio.
-- Mind: a number becomes a person only by a contact of another tool that has it (variable contact_match).
{{ config(enabled=('twilio' in (var('connectors', none) or []))) }}
with

messages as (

    select * from {{ ref('twilio_messages') }}

),

final as (

    select
        contact_id,
        cast(null as varchar) as account_id,
        cast(null as varchar) as persona,
        cast(null as varchar) as industry,
        'twilio' as source,
        cast(null as varchar) as territory,
        cast(null as varchar) as created_at,
        cast(null as varchar) as merged_into,
        min(loaded_at) as loaded_at,
        cast(null as varchar) as email,
        substring(contact_id, 8) as phone
    from messages
    where contact_id is not null
    group by contact_id

)

select * from final
