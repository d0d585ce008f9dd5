-- Grain: one row per contact_id, stage and entered_at.
-- Mind: contact_id is the surviving contact; the rows of two merged contacts that fall together are one.
{%- set raw_input = (ref('connected_lifecycle_stages') if has_connector() else source('raw', 'lifecycle_stages')) if has_input('lifecycle_stages') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    select
        {{ as_text('contact_id') }} as contact_id,
        {{ as_code('stage') }} as stage,
        {{ as_timestamp('entered_at') }} as entered_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['contact_id', 'stage', 'entered_at'], ['loaded_at']) }} as raw_rows

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.stage,
        typed.entered_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        typed.contact_id is not null
        and typed.stage is not null
        and typed.entered_at is not null
        and {{ is_visible('clocks.as_of', ['typed.entered_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible',
        ['contact_id', 'stage', 'entered_at'],
        ['contact_id', 'stage', 'entered_at', 'loaded_at']
    ) }}

)

select * from final
