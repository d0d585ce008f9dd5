-- Grain: one row per user of Zendesk who is no agent.
-- Mind: the organisation is the account.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

users as (

    select * from {{ raw_rows(
        source('zendesk', 'user') if has_table('zendesk', 'user') else none,
        ['id'], ['organization_id', 'role', 'email', 'phone', 'created_at', '_fivetran_synced']
    ) }} as rows_read

),

final as (

    select
        {{ tool_id('zendesk', 'id') }} as contact_id,
        {{ tool_id('zendesk', 'organization_id') }} as account_id,
        cast(null as varchar) as persona,
        cast(null as varchar) as industry,
        'zendesk' as source,
        cast(null as varchar) as territory,
        cast(created_at as varchar) as created_at,
        cast(null as varchar) as merged_into,
        cast(_fivetran_synced as varchar) as loaded_at,
        cast(email as varchar) as email,
        cast(phone as varchar) as phone
    from users
    where coalesce({{ as_code('role') }}, 'end-user') not in ('agent', 'admin')

)

select * from final
