-- Grain: one row per owner of HubSpot.
-- Mind: an owner owns contacts and deals, so each counts as sales, for all time: also one who was deleted since, who wrote what they wrote.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
{%- set columns = ['first_name', 'last_name', 'email', '_fivetran_synced'] %}
with

owners as (

    select
        versions.*,
        row_number() over (
            partition by {{ as_text('versions.owner_id') }}
            order by
                case when {{ is_current('versions') }} then 0 else 1 end,
                coalesce(cast(versions._fivetran_synced as varchar), '') desc,
                coalesce(cast(versions.first_name as varchar), '') desc,
                coalesce(cast(versions.last_name as varchar), '') desc,
                coalesce(cast(versions.email as varchar), '') desc
        ) as place
    from {{ raw_rows(
        source('hubspot', 'owner') if has_table('hubspot', 'owner') else none, ['owner_id'], columns + loader_flags()
    ) }} as versions

),

final as (

    select
        {{ tool_id('hubspot', 'owner_id') }} as rep_id,
        cast(null as varchar) as valid_from,
        cast(null as varchar) as valid_to,
        coalesce({{ as_text('first_name') }} || ' ', '')
        || coalesce({{ as_text('last_name') }}, {{ as_text('email') }}, '') as name,
        cast(null as varchar) as team,
        'sales' as role,
        cast(null as varchar) as territory,
        cast(_fivetran_synced as varchar) as loaded_at
    from owners
    where place = 1

)

select * from final
