-- Grain: one row per message_id and clicked_at.
-- Mind: two clicks at one instant are one.
{%- set raw_input = source('raw', 'link_clicks') if has_input('link_clicks') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    select
        {{ as_text('message_id') }} as message_id,
        {{ as_timestamp('clicked_at') }} as clicked_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['message_id', 'clicked_at'], ['loaded_at']) }} as raw_rows

),

visible as (

    select
        typed.message_id,
        typed.clicked_at,
        typed.loaded_at
    from typed
    cross join clocks
    where
        typed.message_id is not null
        and typed.clicked_at is not null
        and {{ is_visible('clocks.as_of', ['typed.clicked_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key('visible', ['message_id', 'clicked_at'], ['message_id', 'clicked_at', 'loaded_at']) }}

)

select * from final
