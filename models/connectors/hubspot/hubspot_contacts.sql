-- Grain: one row per contact of HubSpot, and per contact that was merged away and has no row any more.
-- Mind: the contact that is left lists those that were merged into it (hs_merged_object_ids); contact_merge_audit is the older way.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

contacts as (

    select
        {{ as_id('id') }} as id,
        {{ tool_id('hubspot', 'id') }} as contact_id,
        {{ tool_id('hubspot', 'property_associatedcompanyid') }} as account_id,
        cast(property_hs_persona as varchar) as persona,
        cast(property_industry as varchar) as industry,
        cast(property_hs_analytics_source as varchar) as source,
        cast(property_createdate as varchar) as created_at,
        cast(_fivetran_synced as varchar) as loaded_at,
        cast(property_email as varchar) as email,
        cast(property_phone as varchar) as phone,
        cast(property_mobilephone as varchar) as mobile
    from {{ current_rows(
        source('hubspot', 'contact') if has_table('hubspot', 'contact') else none,
        ['id'],
        ['property_associatedcompanyid', 'property_hs_persona', 'property_industry', 'property_hs_analytics_source',
         'property_createdate', 'property_email', 'property_mobilephone', 'property_phone', '_fivetran_synced']
    ) }} as rows_read

),

merges as (

    select * from {{ ref('hubspot_contact_merges') }}

),

final as (

    select
        coalesce(contacts.contact_id, 'hubspot:' || merges.merged_id) as contact_id,
        contacts.account_id,
        contacts.persona,
        contacts.industry,
        contacts.source,
        cast(null as varchar) as territory,
        contacts.created_at,
        'hubspot:' || merges.canonical_id as merged_into,
        contacts.loaded_at,
        contacts.email,
        contacts.phone,
        contacts.mobile
    from contacts
    full join merges
        on contacts.id = merges.merged_id

)

select * from final
