-- Grain: one row per contact and per lead of Salesforce, and per one that was merged away.
-- Mind: Salesforce deletes what it merges: a deleted record with a master has a row that says where it went, and nothing else of it counts.
-- A lead that was converted is merged into the contact that it became, and so are its messages.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
{%- set contacts = source('salesforce', 'contact') if has_table('salesforce', 'contact') else none %}
{%- set leads = source('salesforce', 'lead') if has_table('salesforce', 'lead') else none %}
with

people as (

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
        cast(phone as varchar) as phone,
        cast(mobile_phone as varchar) as mobile
    from {{ current_rows(
        contacts, ['id'],
        ['account_id', 'title', 'lead_source', 'created_date', 'master_record_id', 'email', 'mobile_phone', 'phone', '_fivetran_synced']
    ) }} as rows_read

    union all

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
        cast(phone as varchar) as phone,
        cast(mobile_phone as varchar) as mobile
    from {{ current_rows(
        leads, ['id'],
        ['converted_account_id', 'title', 'industry', 'lead_source', 'created_date', 'converted_contact_id', 'master_record_id',
         'email', 'mobile_phone', 'phone', '_fivetran_synced']
    ) }} as rows_read

),

records as (

    select
        {{ tool_id('salesforce', 'id') }} as contact_id,
        {{ tool_id('salesforce', 'master_record_id') }} as merged_into,
        coalesce({{ as_code('_fivetran_active') }}, 'true') in ('false', 'f', '0') as is_earlier,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(contacts, ['id'], ['master_record_id', '_fivetran_active', '_fivetran_synced']) }} as rows_read

    union all

    select
        {{ tool_id('salesforce', 'id') }} as contact_id,
        coalesce(
            {{ tool_id('salesforce', 'converted_contact_id') }},
            {{ tool_id('salesforce', 'master_record_id') }}
        ) as merged_into,
        coalesce({{ as_code('_fivetran_active') }}, 'true') in ('false', 'f', '0') as is_earlier,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(leads, ['id'], ['converted_contact_id', 'master_record_id', '_fivetran_active', '_fivetran_synced']) }} as rows_read

),

merged_away as (

    select
        contact_id,
        coalesce(max(case when not is_earlier then merged_into end), max(merged_into)) as merged_into,
        max(loaded_at) as loaded_at
    from records
    where merged_into is not null
    group by contact_id

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
        phone,
        mobile
    from people

    union all

    select
        merged_away.contact_id,
        cast(null as varchar) as account_id,
        cast(null as varchar) as persona,
        cast(null as varchar) as industry,
        cast(null as varchar) as source,
        cast(null as varchar) as territory,
        cast(null as varchar) as created_at,
        merged_away.merged_into,
        merged_away.loaded_at,
        cast(null as varchar) as email,
        cast(null as varchar) as phone,
        cast(null as varchar) as mobile
    from merged_away
    where not exists (select 1 from people where people.contact_id = merged_away.contact_id)

)

select * from final
