-- Grain: one row per opportunity of Salesforce.
-- Mind: an opportunity has no contact of its own: it is its contact_id where the org fills that, else the contact of the lead
-- that became it, else the primary (or the least) contact among its contact roles.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
with

opportunities as (

    select
        rows_read.*,
        {{ as_id('id') }} as opportunity_id
    from {{ current_rows(
        source('salesforce', 'opportunity') if has_table('salesforce', 'opportunity') else none,
        ['id', 'created_date'], ['contact_id', 'account_id', 'owner_id', 'amount', 'currency_iso_code', '_fivetran_synced']
    ) }} as rows_read

),

leads as (

    select
        converted_opportunity_id as opportunity_id,
        min(converted_contact_id) as contact_id
    from {{ current_rows(
        source('salesforce', 'lead') if has_table('salesforce', 'lead') else none,
        ['id'], ['converted_opportunity_id', 'converted_contact_id'], ids=['converted_opportunity_id', 'converted_contact_id']
    ) }} as rows_read
    group by converted_opportunity_id

),

contact_roles as (

    select
        opportunity_id,
        min(case when {{ is_true('is_primary') }} then contact_id end) as primary_id,
        min(contact_id) as contact_id
    from {{ current_rows(
        source('salesforce', 'opportunity_contact_role') if has_table('salesforce', 'opportunity_contact_role') else none,
        ['opportunity_id', 'contact_id'], ['is_primary'], ids=['opportunity_id', 'contact_id']
    ) }} as rows_read
    group by opportunity_id

),

final as (

    select
        {{ tool_id('salesforce', 'opportunities.id') }} as deal_id,
        'salesforce:' || coalesce(
            {{ as_id('opportunities.contact_id') }}, leads.contact_id, contact_roles.primary_id, contact_roles.contact_id
        ) as contact_id,
        {{ tool_id('salesforce', 'opportunities.account_id') }} as account_id,
        {{ tool_id('salesforce', 'opportunities.owner_id') }} as owner_id,
        cast(opportunities.amount as varchar) as amount,
        cast(opportunities.created_date as varchar) as created_at,
        cast(opportunities._fivetran_synced as varchar) as loaded_at,
        upper({{ as_code('opportunities.currency_iso_code') }}) as currency
    from opportunities
    left join leads
        on opportunities.opportunity_id = leads.opportunity_id
    left join contact_roles
        on opportunities.opportunity_id = contact_roles.opportunity_id

)

select * from final
