{#-
    The contacts of HubSpot's engagements. One that an engagement had twice, under its own id and one that was merged
    into it, is there once.
    Arguments:
        merges (relation): rows of merged_id and canonical_id, as in hubspot_contact_merges.
    Returns: a query of engagement_id, contact_id and named_id, the (least) id under which the engagement has the
        contact; one row per engagement_id and contact_id.
-#}
{%- macro hubspot_engagement_contacts(merges) -%}
select
        links.engagement_id,
        coalesce(merges.canonical_id, links.contact_id) as contact_id,
        min(links.contact_id) as named_id
    from {{ current_rows(
        source('hubspot', 'engagement_contact') if has_table('hubspot', 'engagement_contact') else none,
        ['engagement_id', 'contact_id'], [], ids=['engagement_id', 'contact_id']
    ) }} as links
    left join {{ merges }} as merges
        on links.contact_id = merges.merged_id
    group by
        links.engagement_id,
        coalesce(merges.canonical_id, links.contact_id)
{%- endmacro -%}
