-- Grain: one row per user of Salesforce.
-- Mind: each counts as sales, for all time: who is not, say in a raw table `reps` (connectors: [raw, salesforce]).
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
with

users as (

    select * from {{ raw_rows(
        source('salesforce', 'user') if has_table('salesforce', 'user') else none,
        ['id'], ['"name"', 'department', '_fivetran_synced']
    ) }} as rows_read

),

final as (

    select
        {{ tool_id('salesforce', 'id') }} as rep_id,
        cast(null as varchar) as valid_from,
        cast(null as varchar) as valid_to,
        cast(users."name" as varchar) as name,
        cast(department as varchar) as team,
        'sales' as role,
        cast(null as varchar) as territory,
        cast(_fivetran_synced as varchar) as loaded_at
    from users

)

select * from final
