-- Grain: one row per deal of HubSpot that was merged into another.
-- Mind: canonical_id is the deal in which it ended, through all merges that followed. Ids are HubSpot's own, without its name.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with recursive

{{ hubspot_merges(
    source('hubspot', 'deal') if has_table('hubspot', 'deal') else none, 'deal_id', ['property_hs_merged_object_ids'],
    source('hubspot', 'merged_deal') if has_table('hubspot', 'merged_deal') else none, 'merged_deal_id', 'deal_id'
) }}
