-- Grain: one row per owner of HubSpot.
-- Mind: an owner owns contacts and deals, so each counts as sales, for all time.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

owners as (

    select * from {{ raw_rows(
        source('hubspot', 'owner') if has_table('hubspot', 'owner') else none,
        ['owner_id'], ['first_name', 'last_name', 'email', '_fivetran_synced']
    ) }} as rows_read

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

)

select * from final
