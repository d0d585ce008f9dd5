-- Grain: one row per deal of HubSpot.
-- Mind: a deal that was merged into another has no row: what it had is that one's. Of several associated contacts, or companies,
-- the deal's own go first, then those that are there, then the least id: HubSpot keeps no order of them here.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

merges as (

    select * from {{ ref('hubspot_deal_merges') }}

),

deals as (

    select
        {{ as_id('deal_id') }} as id,
        {{ tool_id('hubspot', 'deal_id') }} as deal_id,
        {{ tool_id('hubspot', 'owner_id') }} as owner_id,
        coalesce({{ as_text('property_amount_in_home_currency') }}, {{ as_text('property_amount') }}) as amount,
        -- null: the account's own, into which HubSpot converts
        case
            when {{ as_text('property_amount_in_home_currency') }} is null then upper({{ as_code('property_deal_currency_code') }})
        end as currency,
        cast(property_createdate as varchar) as created_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        source('hubspot', 'deal') if has_table('hubspot', 'deal') else none,
        ['deal_id', 'property_createdate'],
        ['owner_id', 'property_amount', 'property_amount_in_home_currency', 'property_deal_currency_code', '_fivetran_synced']
    ) }} as rows_read

),

contacts as (

    select contact_id from {{ ref('hubspot_contacts') }}

),

deal_contacts as (

    select
        coalesce(merges.canonical_id, links.deal_id) as deal_id,
        'hubspot:' || links.contact_id as contact_id,
        min(case when merges.canonical_id is null then 0 else 1 end) as is_inherited,
        min(case when contacts.contact_id is null then 1 else 0 end) as is_unknown
    from {{ current_rows(
        source('hubspot', 'deal_contact') if has_table('hubspot', 'deal_contact') else none, ['deal_id', 'contact_id'], [], ids=['deal_id', 'contact_id']
    ) }} as links
    left join merges
        on links.deal_id = merges.merged_id
    left join contacts
        on 'hubspot:' || links.contact_id = contacts.contact_id
    group by
        coalesce(merges.canonical_id, links.deal_id),
        'hubspot:' || links.contact_id

),

chosen_contacts as (

    select
        deal_id,
        contact_id,
        row_number() over (partition by deal_id order by is_inherited, is_unknown, contact_id) as place
    from deal_contacts

),

deal_companies as (

    select
        coalesce(merges.canonical_id, links.deal_id) as deal_id,
        min(case when merges.canonical_id is null then 'hubspot:' || links.company_id end) as own_id,
        min('hubspot:' || links.company_id) as company_id
    from {{ current_rows(
        source('hubspot', 'deal_company') if has_table('hubspot', 'deal_company') else none, ['deal_id', 'company_id'], [], ids=['deal_id', 'company_id']
    ) }} as links
    left join merges
        on links.deal_id = merges.merged_id
    group by coalesce(merges.canonical_id, links.deal_id)

),

final as (

    select
        deals.deal_id,
        chosen_contacts.contact_id,
        coalesce(deal_companies.own_id, deal_companies.company_id) as account_id,
        deals.owner_id,
        deals.amount,
        deals.created_at,
        deals.loaded_at,
        deals.currency
    from deals
    left join merges
        on deals.id = merges.merged_id
    left join chosen_contacts
        on
            deals.id = chosen_contacts.deal_id
            and chosen_contacts.place = 1
    left join deal_companies
        on deals.id = deal_companies.deal_id
    where merges.merged_id is null

)

select * from final
