-- Grain: one row per public comment on a ticket of Zendesk.
-- Mind: what an end user writes is inbound, the requester or one in copy; the conversation is the ticket's contact's. What an agent
-- writes is a rep's, whoever requested the ticket. Deleted tickets and those among agents alone are left out.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

comments as (

    select * from {{ ref('zendesk_comments') }}

),

tickets as (

    select * from {{ ref('zendesk_tickets') }}

),

typed as (

    select
        comments.*,
        coalesce(tickets.thread_ticket_id, comments.ticket_id) as thread_ticket_id,
        coalesce(tickets.contact_user_id, case when comments.author_type = 'contact' then comments.user_id end) as contact_user_id,
        coalesce(
            comments.author_type,
            case when comments.user_id = tickets.requester_id then 'contact' else 'rep' end
        ) as sender_type,
        case
            when comments.is_voice then 'voice'
            when comments.is_voice_known and (tickets.via_channel like '%voice%' or tickets.via_channel like '%phone%') then 'email'
            else tickets.via_channel
        end as via_channel,
        coalesce(comments.is_voicemail or tickets.via_channel = 'voicemail', false) as is_left_by_caller
    from comments
    left join tickets
        on comments.ticket_id = tickets.ticket_id
    where
        comments.left_out is null
        and tickets.left_out is null

),

final as (

    select
        message_id,
        'zendesk:' || contact_user_id as contact_id,
        case
            when via_channel is null or via_channel in ('email', 'mail', 'closed_ticket', 'recovered_from_suspended_tickets') then 'email'
            when via_channel in (
                'web', 'web_form', 'help_center', 'web_widget', 'dropbox', 'mobile', 'mobile_sdk', 'iphone', 'android'
            ) then 'web_form'
            when via_channel like '%chat%' or via_channel like '%messaging%' or via_channel like 'answer_bot%' then 'chat'
            when via_channel like 'voice%' or via_channel like 'phone%' then 'call'
            when via_channel like 'facebook%' then 'facebook'
            when via_channel like 'twitter%' or via_channel like 'x_corp%' then 'twitter'
            when via_channel like 'instagram%' then 'instagram'
            else via_channel
        end as channel,
        case when sender_type = 'contact' then 'inbound' else 'outbound' end as direction,
        created_at as sent_at,
        'zendesk:' || thread_ticket_id as thread_id,
        sender_type,
        case when sender_type = 'rep' then 'zendesk:' || user_id end as rep_id,
        case when is_voice and is_left_by_caller then 'voicemail' end as status,
        case when is_voice then call_duration end as talk_seconds,
        cast(null as varchar) as campaign_id,
        body,
        cast(null as varchar) as cost,
        loaded_at
    from typed

)

select * from final
