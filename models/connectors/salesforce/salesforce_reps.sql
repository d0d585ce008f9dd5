-- Grain: one row per user of Salesforce.
-- Mind: each counts as sales, for all time: who is not, say in a raw table `reps` (connectors: [raw, salesforce]). One who was deleted
-- wrote what they wrote, and stays.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
{%- set columns = ['"name"', 'department', '_fivetran_synced'] %}
with

users as (

    select
        versions.*,
        row_number() over (
            partition by {{ as_text('versions.id') }}
            order by
                case when {{ is_current('versions') }} then 0 else 1 end,
                coalesce(cast(versions._fivetran_synced as varchar), '') desc,
                coalesce(cast(versions."name" as varchar), '') desc,
                coalesce(cast(versions.department as varchar), '') desc
        ) as place
    from {{ raw_rows(
        source('salesforce', 'user') if has_table('salesforce', 'user') else none, ['id'], columns + loader_flags()
    ) }} as versions

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
    where place = 1

)

select * from final
