-- Grain: one row per active version of a contact of Intercom.
-- Mind: visitors and leads are contacts too; Intercom's role (user, lead) is not their persona.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
with

contacts as (

    select * from {{ raw_rows(
        source('intercom', 'contact_history') if has_table('intercom', 'contact_history') else none,
        ['id'], ['email', 'phone', 'created_at', 'custom_job_title', '_fivetran_active', '_fivetran_synced']
    ) }} as rows_read
    where {{ as_code('_fivetran_active') }} is null or {{ is_true('_fivetran_active') }}

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
