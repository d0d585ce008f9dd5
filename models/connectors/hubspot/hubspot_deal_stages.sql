-- Grain: one row per entry of a deal of HubSpot into a stage.
-- Mind: read from deal_stage, or where that table is not there from deal_property_history; every version is an entry. What a deal
-- was in that was merged into another, that one was in; what a deleted deal was in is left out. A stage whose id is a number or a
-- UUID goes by its label, one with a name of its own (closedwon) by that.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
{%- set has_stages = has_table('hubspot', 'deal_stage') %}
{%- set deals = source('hubspot', 'deal') if has_table('hubspot', 'deal') else none %}
with

entries as (

    {%- if has_stages %}
    select
        {{ as_id('deal_id') }} as deal_id,
        {{ as_text('rows_read."value"') }} as stage_id,
        cast(date_entered as varchar) as entered_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        source('hubspot', 'deal_stage'), ['deal_id', '"value"', 'date_entered'], ['_fivetran_synced'], any_version=true
    ) }} as rows_read
    {%- else %}
    select
        {{ as_id('deal_id') }} as deal_id,
        {{ as_text('rows_read."value"') }} as stage_id,
        cast(rows_read."timestamp" as varchar) as entered_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        source('hubspot', 'deal_property_history') if has_table('hubspot', 'deal_property_history') else none,
        ['deal_id', '"name"', '"value"', '"timestamp"'], ['_fivetran_synced'], any_version=true
    ) }} as rows_read
    where {{ as_code('rows_read."name"') }} = 'dealstage'
    {%- endif %}

),

merges as (

    select * from {{ ref('hubspot_deal_merges') }}

),

gone_deals as (

    {{ gone_ids(deals, 'deal_id') }}

),

-- a stage that was deleted since was entered all the same: its label is the last it had
stage_labels as (

    select
        {{ as_id('versions.stage_id') }} as stage_id,
        max(case when {{ is_current('versions') }} then {{ as_text('versions.label') }} end) as current_label,
        max({{ as_text('versions.label') }}) as any_label
    from {{ raw_rows(
        source('hubspot', 'deal_pipeline_stage') if has_table('hubspot', 'deal_pipeline_stage') else none,
        ['stage_id'], ['label'] + loader_flags()
    ) }} as versions
    group by {{ as_id('versions.stage_id') }}

),

kept as (

    select
        coalesce(merges.canonical_id, entries.deal_id) as deal_id,
        case
            when {{ says_nothing('entries.stage_id') }}
                then coalesce(stage_labels.current_label, stage_labels.any_label, entries.stage_id)
            else entries.stage_id
        end as stage,
        entries.entered_at,
        entries.loaded_at
    from entries
    left join merges
        on entries.deal_id = merges.merged_id
    left join stage_labels
        on entries.stage_id = stage_labels.stage_id

),

final as (

    select
        'hubspot:' || kept.deal_id as deal_id,
        kept.stage,
        kept.entered_at,
        max(kept.loaded_at) as loaded_at
    from kept
    left join gone_deals
        on kept.deal_id = gone_deals.id
    where gone_deals.id is null
    group by
        kept.deal_id,
        kept.stage,
        kept.entered_at

)

select * from final
