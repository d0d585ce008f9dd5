-- Grain: one row per deal_id, stage and entered_at.
-- Mind: a stage that is entered again is another row; only the outcomes look at the first entry alone.
{%- set raw_input = ref('connected_deal_stages') if has_connector() else source('raw', 'deal_stages') %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    select
        {{ as_text('deal_id') }} as deal_id,
        {{ as_code('stage') }} as stage,
        {{ as_timestamp('entered_at') }} as entered_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['deal_id', 'stage', 'entered_at'], ['loaded_at']) }} as raw_rows

),

visible as (

    select
        typed.*
    from typed
    cross join clocks
    where
        typed.deal_id is not null
        and typed.stage is not null
        and typed.entered_at is not null
        and {{ is_visible('clocks.as_of', ['typed.entered_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible', ['deal_id', 'stage', 'entered_at'], ['deal_id', 'stage', 'entered_at', 'loaded_at']
    ) }}

)

select * from final
