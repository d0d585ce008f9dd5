-- Grain: one row per entry of a deal of HubSpot into a stage.
-- Mind: read from deal_stage, or where that table is not there from deal_property_history. A stage that HubSpot numbers goes
-- by its label, one with a name of its own (closedwon) by that.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
{%- set has_stages = has_table('hubspot', 'deal_stage') %}
with

entries as (

    {%- if has_stages %}
    select
        {{ as_text('deal_id') }} as deal_id,
        {{ as_text('rows_read."value"') }} as stage_id,
        cast(date_entered as varchar) as entered_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        source('hubspot', 'deal_stage'), ['deal_id', '"value"', 'date_entered'], ['_fivetran_synced']
    ) }} as rows_read
    {%- else %}
    select
        {{ as_text('deal_id') }} as deal_id,
        {{ as_text('rows_read."value"') }} as stage_id,
        cast(rows_read."timestamp" as varchar) as entered_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        source('hubspot', 'deal_property_history') if has_table('hubspot', 'deal_property_history') else none,
        ['deal_id', '"name"', '"value"', '"timestamp"'], ['_fivetran_synced']
    ) }} as rows_read
    where {{ as_code('rows_read."name"') }} = 'dealstage'
    {%- endif %}

),

labels as (

    select
        {{ as_text('stage_id') }} as stage_id,
        max({{ as_text('label') }}) as label
    from {{ raw_rows(
        source('hubspot', 'deal_pipeline_stage') if has_table('hubspot', 'deal_pipeline_stage') else none, ['stage_id'], ['label']
    ) }} as rows_read
    group by {{ as_text('stage_id') }}

),

final as (

    select distinct
        'hubspot:' || entries.deal_id as deal_id,
        case
            when regexp_matches(entries.stage_id, '^[0-9]+$') then coalesce(labels.label, entries.stage_id)
            else entries.stage_id
        end as stage,
        entries.entered_at,
        entries.loaded_at
    from entries
    left join labels
        on entries.stage_id = labels.stage_id

)

select * from final
