-- Grain: one row per conversation whose business calendar is another than the variable business_calendar.
-- Mind: empty unless the variable business_calendars gives some to the owner's team or territory, at the owner's first message (who may come after
-- the wait), or to the contact's territory as it is today.

{%- set by = business_calendars().by %}

with

activity as (

    select
        first_message_id,
        contact_id,
        owner_id,
        owned_at
    from {{ ref('conversation_activity') }}
    {%- if by is none %}
    where false
    {%- endif %}

),

assigned as (

    {% if by is none -%}
    select
        first_message_id,
        cast(null as varchar) as calendar
    from activity
    {%- elif by == 'territory' -%}
    select
        activity.first_message_id,
        {{ assigned_calendar('contacts.territory') | indent(8) }} as calendar
    from activity
    inner join {{ ref('stg_contacts') }} as contacts
        on activity.contact_id = contacts.contact_id
    {%- else -%}
    select
        activity.first_message_id,
        {{ assigned_calendar('rep_periods.' ~ by | replace('owner_', '')) | indent(8) }} as calendar
    from activity
    inner join {{ ref('rep_periods') }} as rep_periods
        on
            activity.owner_id = rep_periods.rep_id
            and activity.owned_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or activity.owned_at < rep_periods.ends_at)
    {%- endif %}

),

final as (

    select
        first_message_id,
        calendar
    from assigned
    where calendar is not null

)

select * from final
