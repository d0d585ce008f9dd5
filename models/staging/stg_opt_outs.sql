-- Grain: one row per contact_id, channel and opted_out_at; channel may be null (all channels), and null is a key value.
-- Mind: channel is the channel as the source names it, trimmed and lower-cased, as in stg_messages.
{%- set raw_input = source('raw', 'opt_outs') if has_input('opt_outs') else none %}
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
        {{ as_code('channel') }} as channel,
        {{ as_timestamp('opted_out_at') }} as opted_out_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['contact_id', 'opted_out_at'], ['channel', 'loaded_at']) }} as raw_rows

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.channel,
        typed.opted_out_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        typed.contact_id is not null
        and typed.opted_out_at is not null
        and {{ is_visible('clocks.as_of', ['typed.opted_out_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible',
        ['contact_id', 'channel', 'opted_out_at'],
        ['contact_id', 'channel', 'opted_out_at', 'loaded_at']
    ) }}

)

select * from final
