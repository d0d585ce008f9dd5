-- Grain: one row per rep_id, state and started_at.
-- Mind: an ended_at later than as_of is not known yet and is null, as in a state that goes on.
{%- set raw_input = source('raw', 'rep_states') if has_input('rep_states') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    select
        {{ as_text('rep_id') }} as rep_id,
        {{ as_code('state') }} as state,
        {{ as_timestamp('started_at') }} as started_at,
        {{ as_timestamp('ended_at') }} as ended_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['rep_id', 'state', 'started_at'], ['ended_at', 'loaded_at']) }} as raw_rows

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
        typed.rep_id is not null
        and typed.state is not null
        and typed.started_at is not null
        and {{ is_visible('clocks.as_of', ['typed.started_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible',
        ['rep_id', 'state', 'started_at'],
        ['rep_id', 'state', 'started_at', 'ended_at', 'loaded_at']
    ) }}

)

select * from final
