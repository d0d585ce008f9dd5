-- Grain: one row per e-mail, call or logged communication of HubSpot and contact that it is associated with.
-- Mind: one that several contacts had is a message of each. What HubSpot logs without a direction went out, by a rep; an e-mail that a
-- rep forwarded to be logged came in: what is sent is logged by a blind copy. What became of a
-- call is its outcome (hs_call_disposition); a status `completed` says only that the call is logged, and is none: the seconds of talk
-- decide then.
{{ config(enabled=('hubspot' in (var('connectors', none) or []))) }}
{%- set emails = source('hubspot', 'engagement_email') if has_table('hubspot', 'engagement_email') else none %}
{%- set calls = source('hubspot', 'engagement_call') if has_table('hubspot', 'engagement_call') else none %}
{%- set others = source('hubspot', 'engagement_communication') if has_table('hubspot', 'engagement_communication') else none %}
with

emails as (

    select
        cast(engagement_id as varchar) as given_id,
        'email' as channel,
        coalesce({{ as_code('property_hs_email_direction') }}, {{ as_code('type') }}) in ('incoming_email', 'forwarded_email') as is_inbound,
        cast(property_hs_timestamp as varchar) as sent_at,
        {{ tool_id('hubspot', 'property_hs_email_thread_id') }} as thread_id,
        {{ tool_id('hubspot', 'property_hubspot_owner_id') }} as rep_id,
        cast(property_hs_email_status as varchar) as status,
        cast(null as varchar) as talk_seconds,
        coalesce({{ as_text('property_hs_email_text') }}, {{ as_text('property_hs_email_subject') }}) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        emails, ['engagement_id', 'property_hs_timestamp'],
        ['property_hs_email_direction', 'type', 'property_hs_email_thread_id', 'property_hubspot_owner_id',
         'property_hs_email_status', 'property_hs_email_text', 'property_hs_email_subject', '_fivetran_synced']
    ) }} as rows_read

),

-- of outcomes that the account made itself
outcome_labels as (

    select
        {{ as_code('options."value"') }} as outcome_id,
        max({{ as_code('options.label') }}) as label
    from {{ current_rows(
        source('hubspot', 'property_option') if has_table('hubspot', 'property_option') else none, ['"value"', 'label'], []
    ) }} as options
    where {{ says_nothing('cast(options."value" as varchar)') }}
    group by {{ as_code('options."value"') }}

),

calls as (

    select
        cast(engagement_id as varchar) as given_id,
        'call' as channel,
        {{ as_code('property_hs_call_direction') }} = 'inbound' as is_inbound,
        cast(property_hs_timestamp as varchar) as sent_at,
        cast(null as varchar) as thread_id,
        {{ tool_id('hubspot', 'property_hubspot_owner_id') }} as rep_id,
        coalesce(
            case {{ as_code('property_hs_call_disposition') }}
                {%- for outcome_id, status in hubspot_call_outcomes().items() %}
                when '{{ outcome_id }}' then '{{ status }}'
                {%- endfor %}
                else coalesce(outcome_labels.label, {{ as_code('property_hs_call_disposition') }})
            end,
            nullif({{ as_code('property_hs_call_status') }}, 'completed')
        ) as status,
        coalesce(
            cast({{ as_number('property_hs_call_duration') }} / 1000 as varchar), cast(property_hs_call_duration as varchar)
        ) as talk_seconds,
        cast(property_hs_call_body as varchar) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        calls, ['engagement_id', 'property_hs_timestamp'],
        ['property_hs_call_direction', 'property_hubspot_owner_id', 'property_hs_call_status', 'property_hs_call_duration',
         'property_hs_call_disposition', 'property_hs_call_body', '_fivetran_synced']
    ) }} as rows_read
    left join outcome_labels
        on {{ as_code('property_hs_call_disposition') }} = outcome_labels.outcome_id

),

communications as (

    select
        cast(engagement_id as varchar) as given_id,
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
    from {{ current_rows(
        others, ['engagement_id', 'property_hs_timestamp'],
        ['property_hs_communication_channel_type', 'property_hubspot_owner_id', 'property_hs_communication_body',
         '_fivetran_synced']
    ) }} as rows_read

),

engagements as (

    select
        given.*,
        {{ as_id('given_id') }} as engagement_id,
        {{ tool_id('hubspot', 'given_id') }} as message_id
    from (
        select * from emails
        union all
        select * from calls
        union all
        select * from communications
    ) as given

),

contact_merges as (

    select * from {{ ref('hubspot_contact_merges') }}

),

engagement_contacts as (

    {{ hubspot_engagement_contacts('contact_merges') }}

),

final as (

    select
        engagements.message_id || coalesce(':' || engagement_contacts.named_id, '') as message_id,
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
