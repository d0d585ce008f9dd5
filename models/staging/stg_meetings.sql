-- Grain: one row per meeting_id.
-- Mind: starts_at is a plan and hides nothing; an attended_at later than as_of has not happened yet and is null.
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    {{ typed_input('meetings', raw_input('meetings')) }}

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
        {{ is_usable('meetings', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('meetings', 'visible') }}

)

select * from final
