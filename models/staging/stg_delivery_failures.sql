-- Grain: one row per message_id, code and failed_at.
-- Mind: a message may have several: it was tried again, or two systems say why.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('delivery_failures', raw_input('delivery_failures')) }}

),

visible as (

    select
        typed.message_id,
        typed.code,
        typed.failed_at,
        typed.loaded_at
    from typed
    cross join clocks
    where
        {{ is_usable('delivery_failures', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('delivery_failures', 'visible') }}

)

select * from final
