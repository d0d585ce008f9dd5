-- Grain: one row per rep_id and valid_from; valid_from may be null (since ever), and null is a key value.
-- Mind: only loaded_at hides a row: valid_from and valid_to may lie in the future, and out of the span of plausible_times too:
-- many systems write the year 9999 for an end that has not come.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('reps', raw_input('reps')) }}

),

visible as (

    select
        typed.rep_id,
        typed.valid_from,
        typed.valid_to,
        typed.name,
        typed.team,
        typed.role,
        typed.territory,
        typed.loaded_at
    from typed
    cross join clocks
    where
        {{ is_usable('reps', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('reps', 'visible') }}

)

select * from final
