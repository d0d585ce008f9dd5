-- Grain: one row per entry of a contact of HubSpot into a lifecycle stage.
-- Mind: read from contact_property_history, whose every version is an entry; a contact whose stage was set before the history begins has
-- no row.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

history as (

    select * from {{ current_rows(
        source('hubspot', 'contact_property_history') if has_table('hubspot', 'contact_property_history') else none,
        ['contact_id', '"name"', '"value"', '"timestamp"'], ['_fivetran_synced'], any_version=true
    ) }} as rows_read

),

final as (

    select distinct
        {{ tool_id('hubspot', 'contact_id') }} as contact_id,
        cast(history."value" as varchar) as stage,
        cast(history."timestamp" as varchar) as entered_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from history
    where {{ as_code('history."name"') }} = 'lifecyclestage'

)

select * from final
