-- Grain: one row per user of Zendesk who is, or once was, an agent or administrator.
-- Mind: each is of support: an answer of theirs makes no conversation sales-handled.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

users as (

    select * from {{ current_rows(
        source('zendesk', 'user') if has_table('zendesk', 'user') else none,
        ['id'], ['"name"', '_fivetran_synced']
    ) }} as rows_read

),

agents as (

    select * from {{ ref('zendesk_agents') }}

),

final as (

    select
        {{ tool_id('zendesk', 'users.id') }} as rep_id,
        cast(null as varchar) as valid_from,
        cast(null as varchar) as valid_to,
        cast(users."name" as varchar) as name,
        cast(null as varchar) as team,
        'support' as role,
        cast(null as varchar) as territory,
        cast(_fivetran_synced as varchar) as loaded_at
    from users
    inner join agents
        on {{ as_id('users.id') }} = agents.user_id

)

select * from final
