-- Grain: one row per rep_id, state and started_at.
-- Mind: an ended_at later than as_of is not known yet and is null, as in a state that goes on.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('rep_states', raw_input('rep_states')) }}

),

visible as (

    select
        typed.rep_id,
        typed.state,
        typed.started_at,
        case when {{ is_visible('clocks.as_of', ['typed.ended_at']) }} then typed.ended_at end as ended_at,
        typed.loaded_at
    from typed
    cross join clocks
    where
        {{ is_usable('rep_states', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('rep_states', 'visible') }}

)

select * from final
