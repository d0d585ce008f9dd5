-- Grain: one row per admin of Intercom who is a person.
-- Mind: Intercom does not say who sells: each is of support until a raw table `reps` says otherwise.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
with

admins as (

    select * from {{ current_rows(
        source('intercom', 'admin') if has_table('intercom', 'admin') else none,
        ['id'], ['"name"', 'email', '_fivetran_synced']
    ) }} as rows_read

),

final as (

    select
        {{ tool_id('intercom', 'id') }} as rep_id,
        cast(null as varchar) as valid_from,
        cast(null as varchar) as valid_to,
        cast(admins."name" as varchar) as name,
        cast(null as varchar) as team,
        'support' as role,
        cast(null as varchar) as territory,
        cast(_fivetran_synced as varchar) as loaded_at
    from admins
    where not {{ is_intercom_operator('admins') }}

)

select * from final
