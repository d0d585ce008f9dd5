-- Grain: one row per deal of HubSpot.
-- Mind: of several associated contacts, or companies, the least id is the deal's: HubSpot keeps no order of them here.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
with

deals as (

    select
        {{ as_text('deal_id') }} as deal_id,
        {{ tool_id('hubspot', 'owner_id') }} as owner_id,
        cast(property_amount as varchar) as amount,
        cast(property_createdate as varchar) as created_at,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        source('hubspot', 'deal') if has_table('hubspot', 'deal') else none,
        ['deal_id', 'property_createdate'], ['owner_id', 'property_amount', 'is_deleted', '_fivetran_synced']
    ) }} as rows_read
    where not {{ is_true('is_deleted') }}

),

deal_contacts as (

    select
        {{ as_text('deal_id') }} as deal_id,
        min({{ as_text('contact_id') }}) as contact_id
    from {{ raw_rows(
        source('hubspot', 'deal_contact') if has_table('hubspot', 'deal_contact') else none, ['deal_id', 'contact_id'], []
    ) }} as rows_read
    group by {{ as_text('deal_id') }}

),

deal_companies as (

    select
        {{ as_text('deal_id') }} as deal_id,
        min({{ as_text('company_id') }}) as company_id
    from {{ raw_rows(
        source('hubspot', 'deal_company') if has_table('hubspot', 'deal_company') else none, ['deal_id', 'company_id'], []
    ) }} as rows_read
    group by {{ as_text('deal_id') }}

),

final as (

    select
        'hubspot:' || deals.deal_id as deal_id,
        'hubspot:' || deal_contacts.contact_id as contact_id,
        'hubspot:' || deal_companies.company_id as account_id,
        deals.owner_id,
        deals.amount,
        deals.created_at,
        deals.loaded_at
    from deals
    left join deal_contacts
        on deals.deal_id = deal_contacts.deal_id
    left join deal_companies
        on deals.deal_id = deal_companies.deal_id

)

select * from final
