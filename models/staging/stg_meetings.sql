-- Grain: one row per meeting_id.
-- Mind: starts_at is a plan and hides nothing; an attended_at later than as_of has not happened yet and is null.
{%- set raw_input = (ref('connected_meetings') if has_connector() else source('raw', 'meetings')) if has_input('meetings') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    select
        {{ as_text('meeting_id') }} as meeting_id,
        {{ as_text('contact_id') }} as contact_id,
        {{ as_text('deal_id') }} as deal_id,
        {{ as_code('kind') }} as kind,
        {{ as_timestamp('booked_at') }} as booked_at,
        {{ as_timestamp('starts_at') }} as starts_at,
        {{ as_code('status') }} as status,
        {{ as_timestamp('attended_at') }} as attended_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(
        raw_input,
        ['meeting_id', 'contact_id', 'booked_at'],
        ['deal_id', 'kind', 'starts_at', 'status', 'attended_at', 'loaded_at']
    ) }} as raw_rows

),

visible as (

    select
        typed.meeting_id,
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.deal_id,
        typed.kind,
        typed.booked_at,
        typed.starts_at,
        typed.status,
        case when {{ is_visible('clocks.as_of', ['typed.attended_at']) }} then typed.attended_at end as attended_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        typed.meeting_id is not null
        and typed.contact_id is not null
        and typed.booked_at is not null
        and {{ is_visible('clocks.as_of', ['typed.booked_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible',
        ['meeting_id'],
        ['meeting_id', 'contact_id', 'deal_id', 'kind', 'booked_at', 'starts_at', 'status', 'attended_at', 'loaded_at']
    ) }}

)

select * from final
