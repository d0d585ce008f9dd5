-- Grain: one row per public comment on a ticket of Zendesk.
-- Mind: what the requester writes is inbound, all else outbound. Private comments are notes among agents, and left out.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

comments as (

    select * from {{ raw_rows(
        source('zendesk', 'ticket_comment') if has_table('zendesk', 'ticket_comment') else none,
        ['id', 'ticket_id', 'user_id', 'created'], ['body', '"public"', '_fivetran_synced']
    ) }} as rows_read
    where {{ as_code('rows_read."public"') }} is null or {{ is_true('rows_read."public"') }}

),

tickets as (

    select
        {{ as_text('id') }} as ticket_id,
        max({{ as_text('requester_id') }}) as requester_id,
        max({{ as_code('via_channel') }}) as via_channel
    from {{ raw_rows(
        source('zendesk', 'ticket') if has_table('zendesk', 'ticket') else none, ['id', 'requester_id'], ['via_channel']
    ) }} as rows_read
    group by {{ as_text('id') }}

),

typed as (

    select
        comments.id,
        comments.ticket_id,
        comments.user_id,
        comments.created,
        comments.body,
        comments._fivetran_synced,
        tickets.requester_id,
        tickets.via_channel,
        coalesce({{ as_text('comments.user_id') }} = tickets.requester_id, false) as is_inbound
    from comments
    left join tickets
        on cast(comments.ticket_id as varchar) = tickets.ticket_id

),

final as (

    select
        {{ tool_id('zendesk', 'id') }} as message_id,
        'zendesk:' || requester_id as contact_id,
        case
            when via_channel is null then 'email'
            when via_channel in ('web', 'web_form', 'help_center') then 'web_form'
            when via_channel like '%chat%' or via_channel like '%messaging%' then 'chat'
            when via_channel in ('voice', 'phone') then 'call'
            else via_channel
        end as channel,
        case when is_inbound then 'inbound' else 'outbound' end as direction,
        cast(created as varchar) as sent_at,
        {{ tool_id('zendesk', 'ticket_id') }} as thread_id,
        case
            when is_inbound then 'contact'
            when {{ as_text('user_id') }} = '-1' then 'system'
            else 'rep'
        end as sender_type,
        case when not is_inbound then {{ tool_id('zendesk', 'user_id') }} end as rep_id,
        cast(null as varchar) as status,
        cast(null as varchar) as talk_seconds,
        cast(null as varchar) as campaign_id,
        cast(body as varchar) as body,
        cast(null as varchar) as cost,
        cast(_fivetran_synced as varchar) as loaded_at
    from typed

)

select * from final
