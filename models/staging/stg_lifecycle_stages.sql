-- Grain: one row per contact_id, stage and entered_at.
-- Mind: contact_id is the surviving contact; the rows of two merged contacts that fall together are one.
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    {{ typed_input('lifecycle_stages', raw_input('lifecycle_stages')) }}

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.stage,
        typed.entered_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        {{ is_usable('lifecycle_stages', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('lifecycle_stages', 'visible') }}

)

select * from final
