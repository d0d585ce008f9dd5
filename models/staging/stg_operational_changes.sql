-- Grain: one row per change_id.
-- Mind: a change that takes effect after as_of is hidden, announced or not.
{%- set raw_input = source('raw', 'operational_changes') if has_input('operational_changes') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    select
        {{ as_text('change_id') }} as change_id,
        {{ as_code('kind') }} as kind,
        {{ as_timestamp('effective_at') }} as effective_at,
        {{ as_text('scope') }} as scope,
        {{ as_text('description') }} as description,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(
        raw_input,
        ['change_id', 'kind', 'effective_at'],
        ['scope', 'description', 'loaded_at']
    ) }} as raw_rows

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
        typed.change_id is not null
        and typed.kind is not null
        and typed.effective_at is not null
        and {{ is_visible('clocks.as_of', ['typed.effective_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible',
        ['change_id'],
        ['change_id', 'kind', 'effective_at', 'scope', 'description', 'loaded_at']
    ) }}

)

select * from final
