-- Grain: one row per event of Salesforce: an appointment in a calendar.
-- Mind: Salesforce does not say whether an appointment was kept, so none is attended. The copies that an event has in the calendars of
-- those invited (is_child), the pattern of a series (is_recurrence; its dates are events themselves), and what is only proposed
-- (group_event_type 2) are left out.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
with

events as (

    {{ salesforce_events() }}

),

timed as (

    select
        events.*,
        coalesce({{ as_text('activity_date_time') }}, {{ as_text('start_date_time') }}, {{ as_text('activity_date') }}) as begins_at
    from events
    where is_meeting

),

final as (

    select
        {{ tool_id('salesforce', 'id') }} as meeting_id,
        {{ tool_id('salesforce', 'who_id') }} as contact_id,
        case when trim(cast(what_id as varchar)) like '006%' then {{ tool_id('salesforce', 'what_id') }} end as deal_id,
        cast(timed.type as varchar) as kind,
        coalesce({{ as_text('created_date') }}, begins_at) as booked_at,
        begins_at as starts_at,
        cast(null as varchar) as status,
        cast(null as varchar) as attended_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from timed

)

select * from final
