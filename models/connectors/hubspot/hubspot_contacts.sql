-- Grain: one row per contact of HubSpot, and per contact that was merged away and has no row any more.
-- Mind: contact_merge_audit says into which contact another went.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

contacts as (

    select
        {{ as_text('id') }} as id,
        {{ tool_id('hubspot', 'property_associatedcompanyid') }} as account_id,
        cast(property_hs_persona as varchar) as persona,
        cast(property_industry as varchar) as industry,
        cast(property_hs_analytics_source as varchar) as source,
        cast(property_createdate as varchar) as created_at,
        cast(_fivetran_synced as varchar) as loaded_at,
        cast(property_email as varchar) as email,
        coalesce({{ as_text('property_mobilephone') }}, {{ as_text('property_phone') }}) as phone
    from {{ raw_rows(
        source('hubspot', 'contact') if has_table('hubspot', 'contact') else none,
        ['id'],
        ['property_associatedcompanyid', 'property_hs_persona', 'property_industry', 'property_hs_analytics_source',
         'property_createdate', 'property_email', 'property_mobilephone', 'property_phone', '_fivetran_deleted', '_fivetran_synced']
    ) }} as rows_read
    where not {{ is_true('_fivetran_deleted') }}

),

merges as (

    select
        {{ as_text('vid_to_merge') }} as id,
        max({{ as_text('canonical_vid') }}) as canonical_id,
        max(cast(_fivetran_synced as varchar)) as loaded_at
    from {{ raw_rows(
        source('hubspot', 'contact_merge_audit') if has_table('hubspot', 'contact_merge_audit') else none,
        ['vid_to_merge', 'canonical_vid'], ['_fivetran_synced']
    ) }} as rows_read
    group by {{ as_text('vid_to_merge') }}

),

final as (

    select
        'hubspot:' || coalesce(contacts.id, merges.id) as contact_id,
        contacts.account_id,
        contacts.persona,
        contacts.industry,
        contacts.source,
        cast(null as varchar) as territory,
        contacts.created_at,
        'hubspot:' || merges.canonical_id as merged_into,
        coalesce(contacts.loaded_at, merges.loaded_at) as loaded_at,
        contacts.email,
        contacts.phone
    from contacts
    full join merges
        on contacts.id = merges.id

)

select * from final
