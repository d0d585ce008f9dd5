-- Grain: one row per rep_id and valid_from; valid_from may be null (since ever), and null is a key value.
-- Mind: only loaded_at hides a row: valid_from and valid_to may lie in the future, and out of the span of plausible_times too:
-- many systems write the year 9999 for an end that has not come.
{%- set raw_input = (ref('connected_reps') if has_connector() else source('raw', 'reps')) if has_input('reps') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    select
        {{ as_text('rep_id') }} as rep_id,
        {{ as_timestamp('valid_from', any_time=true) }} as valid_from,
        {{ as_timestamp('valid_to', any_time=true) }} as valid_to,
        {{ as_text('name') }} as name,
        {{ as_text('team') }} as team,
        {{ as_code('role') }} as role,
        {{ as_text('territory') }} as territory,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(
        raw_input,
        ['rep_id'],
        ['valid_from', 'valid_to', 'name', 'team', 'role', 'territory', 'loaded_at']
    ) }} as raw_rows

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
        typed.rep_id is not null
        and {{ is_visible('clocks.as_of', ['typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible',
        ['rep_id', 'valid_from'],
        ['rep_id', 'valid_from', 'valid_to', 'name', 'team', 'role', 'territory', 'loaded_at']
    ) }}

)

select * from final
