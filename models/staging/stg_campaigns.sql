-- Grain: one row per campaign_id.
-- Mind: only loaded_at hides a row; cost is the campaign's present value.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('campaigns', raw_input('campaigns')) }}

),

visible as (

    select
        typed.campaign_id,
        typed.name,
        typed.kind,
        typed.cost,
        typed.loaded_at
    from typed
    cross join clocks
    where
        {{ is_usable('campaigns', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('campaigns', 'visible') }}

)

select * from final
