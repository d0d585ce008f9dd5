-- Grain: one row per deal_id.
-- Mind: amount is the deal's present value. A deal may lack a contact, an account, or both.
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    {{ typed_input('deals', raw_input('deals')) }}

),

visible as (

    select
        typed.deal_id,
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.account_id,
        typed.owner_id,
        typed.amount,
        typed.created_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        {{ is_usable('deals', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('deals', 'visible') }}

)

select * from final
