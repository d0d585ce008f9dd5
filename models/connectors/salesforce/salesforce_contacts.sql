-- Grain: one row per contact and per lead of Salesforce.
-- Mind: a lead that was converted is merged into the contact that it became, and so are its messages.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
with

contacts as (

    select
        {{ tool_id('salesforce', 'id') }} as contact_id,
        {{ tool_id('salesforce', 'account_id') }} as account_id,
        cast(title as varchar) as persona,
        cast(null as varchar) as industry,
        cast(lead_source as varchar) as source,
        cast(created_date as varchar) as created_at,
        {{ tool_id('salesforce', 'master_record_id') }} as merged_into,
        cast(_fivetran_synced as varchar) as loaded_at,
        cast(email as varchar) as email,
        coalesce({{ as_text('mobile_phone') }}, {{ as_text('phone') }}) as phone
    from {{ raw_rows(
        source('salesforce', 'contact') if has_table('salesforce', 'contact') else none,
        ['id'],
        ['account_id', 'title', 'lead_source', 'created_date', 'master_record_id', 'email', 'mobile_phone', 'phone', '_fivetran_synced']
    ) }} as rows_read

),

leads as (

    select
        {{ tool_id('salesforce', 'id') }} as contact_id,
        {{ tool_id('salesforce', 'converted_account_id') }} as account_id,
        cast(title as varchar) as persona,
        cast(industry as varchar) as industry,
        cast(lead_source as varchar) as source,
        cast(created_date as varchar) as created_at,
        coalesce(
            {{ tool_id('salesforce', 'converted_contact_id') }},
            {{ tool_id('salesforce', 'master_record_id') }}
        ) as merged_into,
        cast(_fivetran_synced as varchar) as loaded_at,
        cast(email as varchar) as email,
        coalesce({{ as_text('mobile_phone') }}, {{ as_text('phone') }}) as phone
    from {{ raw_rows(
        source('salesforce', 'lead') if has_table('salesforce', 'lead') else none,
        ['id'],
        ['converted_account_id', 'title', 'industry', 'lead_source', 'created_date', 'converted_contact_id', 'master_record_id',
         'email', 'mobile_phone', 'phone', '_fivetran_synced']
    ) }} as rows_read

),

people as (

    select * from contacts
    union all
    select * from leads

),

final as (

    select
        contact_id,
        account_id,
        persona,
        industry,
        source,
        cast(null as varchar) as territory,
        created_at,
        merged_into,
        loaded_at,
        email,
        phone
    from people

)

select * from final
