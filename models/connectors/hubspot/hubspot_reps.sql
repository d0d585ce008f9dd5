-- Grain: one row per owner of HubSpot.
-- Mind: an owner owns contacts and deals, so each counts as sales, for all time: also one who was deleted since, who wrote what they wrote.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

versions as (

    select
        {{ as_id('versions.owner_id') }} as rep_id,
        case when {{ is_current('versions') }} then 0 else 1 end as is_past,
        coalesce(cast(versions._fivetran_synced as varchar), '') as loaded_at,
        coalesce(cast(versions.first_name as varchar), '') as first_name,
        coalesce(cast(versions.last_name as varchar), '') as last_name,
        coalesce(cast(versions.email as varchar), '') as email
    from {{ raw_rows(
        source('hubspot', 'owner') if has_table('hubspot', 'owner') else none,
        ['owner_id'], ['first_name', 'last_name', 'email', '_fivetran_synced'] + loader_flags()
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
                first_name desc,
                last_name desc,
                email desc
        ) as place
    from versions

),

final as (

    select
        'hubspot:' || rep_id as rep_id,
        cast(null as varchar) as valid_from,
        cast(null as varchar) as valid_to,
        coalesce({{ as_text('first_name') }} || ' ', '')
        || coalesce({{ as_text('last_name') }}, {{ as_text('email') }}, '') as name,
        cast(null as varchar) as team,
        'sales' as role,
        cast(null as varchar) as territory,
        nullif(loaded_at, '') as loaded_at
    from ranked
    where place = 1

)

select * from final
