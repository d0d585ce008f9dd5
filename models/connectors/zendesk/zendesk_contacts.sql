-- Grain: one row per user of Zendesk who neither is nor was an agent.
-- Mind: the organisation is the account. Users who were deleted (active is false) have no row; what they wrote counts.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

users as (

    select * from {{ current_rows(
        source('zendesk', 'user') if has_table('zendesk', 'user') else none,
        ['id'], ['organization_id', 'role', 'email', 'phone', 'created_at', 'active', '_fivetran_synced']
    ) }} as rows_read

),

agents as (

    select * from {{ ref('zendesk_agents') }}

),

final as (

    select
        {{ tool_id('zendesk', 'users.id') }} as contact_id,
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
    left join agents
        on {{ as_id('users.id') }} = agents.user_id
    where
        agents.user_id is null
        and coalesce({{ as_code('users.active') }}, 'true') not in ('false', 'f', '0', 'no', 'n')

)

select * from final
