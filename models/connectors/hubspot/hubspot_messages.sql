-- Grain: one row per e-mail, call or logged communication of HubSpot and contact that it is associated with.
-- Mind: one that several contacts had is a message of each. What HubSpot logs without a direction went out, by a rep.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
{%- set emails = source('hubspot', 'engagement_email') if has_table('hubspot', 'engagement_email') else none %}
{%- set calls = source('hubspot', 'engagement_call') if has_table('hubspot', 'engagement_call') else none %}
{%- set others = source('hubspot', 'engagement_communication') if has_table('hubspot', 'engagement_communication') else none %}
with

emails as (

    select
        {{ as_text('engagement_id') }} as engagement_id,
        'email' as channel,
        coalesce({{ as_code('property_hs_email_direction') }}, {{ as_code('type') }}) = 'incoming_email' as is_inbound,
        cast(property_hs_timestamp as varchar) as sent_at,
        {{ tool_id('hubspot', 'property_hs_email_thread_id') }} as thread_id,
        {{ tool_id('hubspot', 'property_hubspot_owner_id') }} as rep_id,
        cast(property_hs_email_status as varchar) as status,
        cast(null as varchar) as talk_seconds,
        coalesce({{ as_text('property_hs_email_text') }}, {{ as_text('property_hs_email_subject') }}) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        emails, ['engagement_id', 'property_hs_timestamp'],
        ['property_hs_email_direction', 'type', 'property_hs_email_thread_id', 'property_hubspot_owner_id',
         'property_hs_email_status', 'property_hs_email_text', 'property_hs_email_subject', '_fivetran_deleted', '_fivetran_synced']
    ) }} as rows_read
    where not {{ is_true('_fivetran_deleted') }}

),

calls as (

    select
        {{ as_text('engagement_id') }} as engagement_id,
        'call' as channel,
        {{ as_code('property_hs_call_direction') }} = 'inbound' as is_inbound,
        cast(property_hs_timestamp as varchar) as sent_at,
        cast(null as varchar) as thread_id,
        {{ tool_id('hubspot', 'property_hubspot_owner_id') }} as rep_id,
        cast(property_hs_call_status as varchar) as status,
        coalesce(
            cast({{ as_number('property_hs_call_duration') }} / 1000 as varchar), cast(property_hs_call_duration as varchar)
        ) as talk_seconds,
        cast(property_hs_call_body as varchar) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        calls, ['engagement_id', 'property_hs_timestamp'],
        ['property_hs_call_direction', 'property_hubspot_owner_id', 'property_hs_call_status', 'property_hs_call_duration',
         'property_hs_call_body', '_fivetran_deleted', '_fivetran_synced']
    ) }} as rows_read
    where not {{ is_true('_fivetran_deleted') }}

),

communications as (

    select
        {{ as_text('engagement_id') }} as engagement_id,
        case {{ as_code('property_hs_communication_channel_type') }}
            when 'whats_app' then 'whatsapp'
            when 'linkedin_message' then 'linkedin'
            else coalesce({{ as_code('property_hs_communication_channel_type') }}, 'sms')
        end as channel,
        false as is_inbound,
        cast(property_hs_timestamp as varchar) as sent_at,
        cast(null as varchar) as thread_id,
        {{ tool_id('hubspot', 'property_hubspot_owner_id') }} as rep_id,
        cast(null as varchar) as status,
        cast(null as varchar) as talk_seconds,
        cast(property_hs_communication_body as varchar) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ raw_rows(
        others, ['engagement_id', 'property_hs_timestamp'],
        ['property_hs_communication_channel_type', 'property_hubspot_owner_id', 'property_hs_communication_body',
         '_fivetran_deleted', '_fivetran_synced']
    ) }} as rows_read
    where not {{ is_true('_fivetran_deleted') }}

),

engagements as (

    select * from emails
    union all
    select * from calls
    union all
    select * from communications

),

engagement_contacts as (

    select distinct
        {{ as_text('engagement_id') }} as engagement_id,
        {{ as_text('contact_id') }} as contact_id
    from {{ raw_rows(
        source('hubspot', 'engagement_contact') if has_table('hubspot', 'engagement_contact') else none,
        ['engagement_id', 'contact_id'], []
    ) }} as rows_read

),

final as (

    select
        'hubspot:' || engagements.engagement_id || coalesce(':' || engagement_contacts.contact_id, '') as message_id,
        'hubspot:' || engagement_contacts.contact_id as contact_id,
        engagements.channel,
        case when engagements.is_inbound then 'inbound' else 'outbound' end as direction,
        engagements.sent_at,
        engagements.thread_id,
        case when engagements.is_inbound then 'contact' else 'rep' end as sender_type,
        engagements.rep_id,
        engagements.status,
        engagements.talk_seconds,
        cast(null as varchar) as campaign_id,
        engagements.body,
        cast(null as varchar) as cost,
        engagements.loaded_at
    from engagements
    left join engagement_contacts
        on engagements.engagement_id = engagement_contacts.engagement_id

)

select * from final
