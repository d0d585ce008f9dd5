-- Grain: one row per contact of Intercom, of its versions the latest.
-- Mind: visitors and leads are contacts too; Intercom's role (user, lead) is not their persona.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
with

contacts as (

    {{ latest_rows(
        source('intercom', 'contact_history') if has_table('intercom', 'contact_history') else none,
        ['id'], ['email', 'phone', 'created_at', 'custom_job_title', '_fivetran_synced'], ['id'], ['updated_at', '_fivetran_synced']
    ) }}

),

final as (

    select
        {{ tool_id('intercom', 'id') }} as contact_id,
        cast(null as varchar) as account_id,
        cast(custom_job_title as varchar) as persona,
        cast(null as varchar) as industry,
        'intercom' as source,
        cast(null as varchar) as territory,
        cast(created_at as varchar) as created_at,
        cast(null as varchar) as merged_into,
        cast(_fivetran_synced as varchar) as loaded_at,
        cast(email as varchar) as email,
        cast(phone as varchar) as phone
    from contacts

)

select * from final
