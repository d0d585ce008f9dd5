-- Grain: one row per rep_id and starts_at.
-- Mind: only loaded_at hides a row: a roster is written for days to come.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('rosters', raw_input('rosters')) }}

),

visible as (

    select
        typed.rep_id,
        typed.starts_at,
        typed.ends_at,
        typed.loaded_at
    from typed
    cross join clocks
    where
        {{ is_usable('rosters', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('rosters', 'visible') }}

)

select * from final
