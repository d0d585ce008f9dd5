-- Grain: one row per user of Salesforce.
-- Mind: each counts as sales, for all time: who is not, say in a raw table `reps` (connectors: [raw, salesforce]). One who was deleted
-- wrote what they wrote, and stays.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
with

versions as (

    select
        {{ as_id('versions.id') }} as rep_id,
        case when {{ is_current('versions') }} then 0 else 1 end as is_past,
        coalesce(cast(versions._fivetran_synced as varchar), '') as loaded_at,
        coalesce(cast(versions."name" as varchar), '') as rep_name,
        coalesce(cast(versions.department as varchar), '') as department
    from {{ raw_rows(
        source('salesforce', 'user') if has_table('salesforce', 'user') else none,
        ['id'], ['"name"', 'department', '_fivetran_synced'] + loader_flags()
    ) }} as versions

),

ranked as (

    select
        versions.*,
        row_number() over (
            partition by rep_id
            order by
                is_past,
                loaded_at desc,
                rep_name desc,
                department desc
        ) as place
    from versions

),

final as (

    select
        'salesforce:' || rep_id as rep_id,
        cast(null as varchar) as valid_from,
        cast(null as varchar) as valid_to,
        nullif(rep_name, '') as name,
        nullif(department, '') as team,
        'sales' as role,
        cast(null as varchar) as territory,
        nullif(loaded_at, '') as loaded_at
    from ranked
    where place = 1

)

select * from final
