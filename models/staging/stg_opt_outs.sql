-- Grain: one row per contact_id, channel and opted_out_at; channel may be null (all channels), and null is a key value.
-- Mind: channel is the channel as the source names it, trimmed and lower-cased, as in stg_messages.
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    {{ typed_input('opt_outs', raw_input('opt_outs')) }}

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.channel,
        typed.opted_out_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        {{ is_usable('opt_outs', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('opt_outs', 'visible') }}

)

select * from final
