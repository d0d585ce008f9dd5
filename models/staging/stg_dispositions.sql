-- Grain: one row per contact_id, thread_id, message_id, code and recorded_at; thread_id and message_id may be null, and
-- null is then a key value like any other.
-- Mind: codes that are not mapped are kept here, without a category.
{%- set raw_input = (ref('connected_dispositions') if has_connector() else source('raw', 'dispositions')) if has_input('dispositions') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

disposition_categories as (

    select * from {{ ref('map_disposition_categories') }}

),

typed as (

    select
        {{ as_text('contact_id') }} as contact_id,
        {{ as_text('thread_id') }} as thread_id,
        {{ as_text('message_id') }} as message_id,
        {{ as_code('code') }} as code,
        {{ as_timestamp('recorded_at') }} as recorded_at,
        {{ as_text('rep_id') }} as rep_id,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(
        raw_input,
        ['contact_id', 'code', 'recorded_at'],
        ['thread_id', 'message_id', 'rep_id', 'loaded_at']
    ) }} as raw_rows

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.thread_id,
        typed.message_id,
        typed.code,
        typed.recorded_at,
        typed.rep_id,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        typed.contact_id is not null
        and typed.code is not null
        and typed.recorded_at is not null
        and {{ is_visible('clocks.as_of', ['typed.recorded_at', 'typed.loaded_at']) }}

),

kept as (

    {{ one_row_per_key(
        'visible',
        ['contact_id', 'thread_id', 'message_id', 'code', 'recorded_at'],
        ['contact_id', 'thread_id', 'message_id', 'code', 'recorded_at', 'rep_id', 'loaded_at']
    ) }}

),

final as (

    select
        kept.contact_id,
        kept.thread_id,
        kept.message_id,
        kept.code,
        kept.recorded_at,
        kept.rep_id,
        kept.loaded_at,
        disposition_categories.category,
        disposition_categories.is_win
    from kept
    left join disposition_categories
        on kept.code = disposition_categories.code

)

select * from final
