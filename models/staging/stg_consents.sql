-- Grain: one row per contact_id, channel and consented_at; channel may be null (every channel), and null is a key value.
-- Mind: contact_id is the surviving contact, and channel as it was delivered: map_channels says which it is.
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    {{ typed_input('consents', raw_input('consents')) }}

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.channel,
        typed.source,
        typed.consented_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        {{ is_usable('consents', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('consents', 'visible') }}

)

select * from final
