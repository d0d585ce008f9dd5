-- Grain: one row per message_id and clicked_at.
-- Mind: two clicks at one instant are one.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('link_clicks', raw_input('link_clicks')) }}

),

visible as (

    select
        typed.message_id,
        typed.clicked_at,
        typed.loaded_at
    from typed
    cross join clocks
    where
        {{ is_usable('link_clicks', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('link_clicks', 'visible') }}

)

select * from final
