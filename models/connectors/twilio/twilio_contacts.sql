-- Grain: one row per number on the other side of a message or call of Twilio.
-- Mind: a number becomes a person only by a contact of another tool that has it (variable contact_match). Twilio writes numbers with + and
-- their country; some loaders and files lose the +: such a number is `same_as` the one with it, where both are there.
{{ config(enabled=('twilio' in (var('connectors', none) or []))) }}
with

messages as (

    select * from {{ ref('twilio_messages') }}

),

numbers as (

    select
        contact_id,
        substring(contact_id, 8) as number,
        min(loaded_at) as loaded_at
    from messages
    where contact_id is not null
    group by contact_id

),

final as (

    select
        numbers.contact_id,
        cast(null as varchar) as account_id,
        cast(null as varchar) as persona,
        cast(null as varchar) as industry,
        'twilio' as source,
        cast(null as varchar) as territory,
        cast(null as varchar) as created_at,
        cast(null as varchar) as merged_into,
        with_plus.contact_id as same_as,
        numbers.loaded_at,
        cast(null as varchar) as email,
        case
            when regexp_matches(numbers.number, '^[1-9][0-9]{7,14}$') then '+' || numbers.number
            when regexp_matches(numbers.number, '^[+]?[0-9]{7,15}$') then numbers.number
        end as phone
    from numbers
    left join numbers as with_plus
        on 'twilio:+' || numbers.number = with_plus.contact_id

)

select * from final
