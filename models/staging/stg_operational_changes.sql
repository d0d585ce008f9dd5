-- Grain: one row per change_id.
-- Mind: a change that takes effect after as_of is hidden, announced or not.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('operational_changes', raw_input('operational_changes')) }}

),

visible as (

    select
        typed.change_id,
        typed.kind,
        typed.effective_at,
        typed.scope,
        typed.description,
        typed.loaded_at
    from typed
    cross join clocks
    where
        {{ is_usable('operational_changes', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('operational_changes', 'visible') }}

)

select * from final
