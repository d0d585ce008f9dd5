-- Grain: one row per contact of HubSpot that was merged into another.
-- Mind: canonical_id is the contact in which it ended, through all merges that followed. Ids are HubSpot's own, without its name.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with recursive

{{ hubspot_merges(
    source('hubspot', 'contact') if has_table('hubspot', 'contact') else none, 'id',
    ['property_hs_merged_object_ids', 'property_hs_calculated_merged_vids'],
    source('hubspot', 'contact_merge_audit') if has_table('hubspot', 'contact_merge_audit') else none, 'vid_to_merge', 'canonical_vid'
) }}
