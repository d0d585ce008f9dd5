-- Grain: one row per campaign_id.
-- Mind: only loaded_at hides a row; cost is the campaign's present value.
{%- set raw_input = source('raw', 'campaigns') if has_input('campaigns') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    select
        {{ as_text('campaign_id') }} as campaign_id,
        {{ as_text('name') }} as name,
        {{ as_code('kind') }} as kind,
        {{ as_number('cost') }} as cost,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['campaign_id'], ['name', 'kind', 'cost', 'loaded_at']) }} as raw_rows

),

visible as (

    select
        typed.campaign_id,
        typed.name,
        typed.kind,
        typed.cost,
        typed.loaded_at
    from typed
    cross join clocks
    where
        typed.campaign_id is not null
        and {{ is_visible('clocks.as_of', ['typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key('visible', ['campaign_id'], ['campaign_id', 'name', 'kind', 'cost', 'loaded_at']) }}

)

select * from final
