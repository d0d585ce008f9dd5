-- Grain: one row per table of HubSpot and reason for which rows of it are not used.
-- Mind: of tables that hold a history earlier versions are used, of owners those who were deleted too. What belongs to a deal that was deleted is left out as deleted.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
{%- set deals = source('hubspot', 'deal') if has_table('hubspot', 'deal') else none %}
{%- set stages = 'deal_stage' if has_table('hubspot', 'deal_stage') else 'deal_property_history' %}
{%- set properties = source('hubspot', 'contact_property_history') if has_table('hubspot', 'contact_property_history') else none %}
with

flagged as (

    {{ left_out_by_loader('hubspot', [
        'contact', 'contact_merge_audit', 'deal', 'merged_deal', 'deal_contact', 'deal_company', 'engagement_email', 'engagement_call',
        'engagement_communication', 'engagement_meeting', 'engagement_contact', 'engagement_deal', 'owner', 'property_option',
        'contact_property_history', stages,
    ], histories=['contact_property_history', stages], people=['owner']) }}

),

merged as (

    select
        'deal' as table_name,
        'merged' as reason
    from {{ current_rows(deals, ['deal_id'], [], ids=['deal_id']) }} as rows_read
    inner join {{ ref('hubspot_deal_merges') }} as merges
        on rows_read.deal_id = merges.merged_id

),

gone_deals as (

    {{ gone_ids(deals, 'deal_id') }}

),

stage_entries as (

    select
        coalesce(merges.canonical_id, rows_read.deal_id) as deal_id,
        {{ "coalesce(" ~ as_code('rows_read."name"') ~ ", '') <> 'dealstage'" if stages == 'deal_property_history' else 'false' }} as is_other
    from {{ current_rows(
        source('hubspot', stages) if has_table('hubspot', stages) else none,
        ['deal_id'] + (['"name"'] if stages == 'deal_property_history' else []), [], any_version=true, ids=['deal_id']
    ) }} as rows_read
    left join {{ ref('hubspot_deal_merges') }} as merges
        on rows_read.deal_id = merges.merged_id

),

stage_rows as (

    select
        '{{ stages }}' as table_name,
        case
            when stage_entries.is_other then 'other_field'
            when gone_deals.id is not null then 'deleted'
        end as reason
    from stage_entries
    left join gone_deals
        on stage_entries.deal_id = gone_deals.id

),

stages_read as (

    select reason
    from stage_rows
    where reason is null

),

repeated_stages as (

    {{ left_out_rest(stages, 'repeated', 'stages_read', [ref('hubspot_deal_stages')]) }}

),

property_rows as (

    select
        'contact_property_history' as table_name,
        case when coalesce({{ as_code('rows_read."name"') }}, '') <> 'lifecyclestage' then 'other_field' end as reason
    from {{ current_rows(properties, ['"name"'], [], any_version=true) }} as rows_read

),

properties_read as (

    select reason
    from property_rows
    where reason is null

),

repeated_properties as (

    {{ left_out_rest('contact_property_history', 'repeated', 'properties_read', [ref('hubspot_lifecycle_stages')]) }}

),

final as (

    {{ left_out_counts(['flagged', 'merged', 'stage_rows', 'property_rows'], ['repeated_stages', 'repeated_properties']) }}

)

select * from final
