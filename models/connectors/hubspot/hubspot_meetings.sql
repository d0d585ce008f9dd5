-- Grain: one row per meeting of HubSpot and contact that it is associated with.
-- Mind: a meeting was attended when its outcome says completed, at the time it began. Without the time at which it was
-- booked (property_hs_createdate) it counts as booked when it began.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

meetings as (

    select
        {{ as_id('engagement_id') }} as engagement_id,
        {{ tool_id('hubspot', 'engagement_id') }} as meeting_id,
        cast(property_hs_activity_type as varchar) as kind,
        {{ as_text('property_hs_createdate') }} as created_at,
        coalesce({{ as_text('property_hs_meeting_start_time') }}, {{ as_text('start_time') }}) as starts_at,
        coalesce({{ as_code('property_hs_meeting_outcome') }}, {{ as_code('meeting_outcome') }}) as status,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        source('hubspot', 'engagement_meeting') if has_table('hubspot', 'engagement_meeting') else none,
        ['engagement_id'],
        ['property_hs_activity_type', 'property_hs_createdate', 'property_hs_meeting_start_time', 'start_time',
         'property_hs_meeting_outcome', 'meeting_outcome', '_fivetran_synced']
    ) }} as rows_read

),

contact_merges as (

    select * from {{ ref('hubspot_contact_merges') }}

),

deal_merges as (

    select * from {{ ref('hubspot_deal_merges') }}

),

engagement_contacts as (

    {{ hubspot_engagement_contacts('contact_merges') }}

),

engagement_deals as (

    select
        links.engagement_id,
        min(coalesce(deal_merges.canonical_id, links.deal_id)) as deal_id
    from {{ current_rows(
        source('hubspot', 'engagement_deal') if has_table('hubspot', 'engagement_deal') else none, ['engagement_id', 'deal_id'], [], ids=['engagement_id', 'deal_id']
    ) }} as links
    left join deal_merges
        on links.deal_id = deal_merges.merged_id
    group by links.engagement_id

),

final as (

    select
        meetings.meeting_id || coalesce(':' || engagement_contacts.named_id, '') as meeting_id,
        'hubspot:' || engagement_contacts.contact_id as contact_id,
        'hubspot:' || engagement_deals.deal_id as deal_id,
        meetings.kind,
        coalesce(meetings.created_at, meetings.starts_at) as booked_at,
        meetings.starts_at,
        meetings.status,
        case when meetings.status = 'completed' then meetings.starts_at end as attended_at,
        meetings.loaded_at
    from meetings
    left join engagement_contacts
        on meetings.engagement_id = engagement_contacts.engagement_id
    left join engagement_deals
        on meetings.engagement_id = engagement_deals.engagement_id

)

select * from final
