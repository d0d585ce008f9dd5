-- Grain: one row per agent or administrator of Zendesk.
-- Mind: each is of support: an answer of theirs makes no conversation sales-handled.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

users as (

    select * from {{ raw_rows(
        source('zendesk', 'user') if has_table('zendesk', 'user') else none,
        ['id'], ['"name"', 'role', '_fivetran_synced']
    ) }} as rows_read

),

final as (

    select
        {{ tool_id('zendesk', 'id') }} as rep_id,
        cast(null as varchar) as valid_from,
        cast(null as varchar) as valid_to,
        cast(users."name" as varchar) as name,
        cast(null as varchar) as team,
        'support' as role,
        cast(null as varchar) as territory,
        cast(_fivetran_synced as varchar) as loaded_at
    from users
    where {{ as_code('role') }} in ('agent', 'admin')

)

select * from final
