-- Grain: one row per row of the comments of Zendesk.
-- Mind: `left_out` says which were said to nobody: private comments are notes among agents, and Zendesk writes into two tickets that are merged.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

comments as (

    select
        rows_read.*,
        {{ as_id('id') }} as comment_id,
        {{ tool_id('zendesk', 'id') }} as message_id,
        {{ as_id('user_id') }} as author_id
    from {{ current_rows(
        source('zendesk', 'ticket_comment') if has_table('zendesk', 'ticket_comment') else none,
        ['id', 'ticket_id', 'user_id', 'created'],
        ['body', '"public"', 'via_channel', 'via_source_rel', 'voice_comment', 'call_duration', '_fivetran_synced']
    ) }} as rows_read

),

agents as (

    select * from {{ ref('zendesk_agents') }}

),

users as (

    select
        {{ as_id('id') }} as user_id,
        max({{ as_code('role') }}) as role
    from {{ raw_rows(source('zendesk', 'user') if has_table('zendesk', 'user') else none, ['id'], ['role']) }} as rows_read
    group by {{ as_id('id') }}

),

final as (

    select
        comments.comment_id,
        comments.message_id,
        {{ as_id('comments.ticket_id') }} as ticket_id,
        comments.author_id as user_id,
        case
            when agents.user_id is not null then 'rep'
            when comments.author_id in ('-1', '0') or {{ as_code('comments.via_channel') }} in ('rule', 'trigger', 'automation', 'system')
                then 'system'
            when users.role = 'end-user' then 'contact'
        end as author_type,
        cast(comments.created as varchar) as created_at,
        {{ is_true('comments.voice_comment') }} as is_voice,
        {{ as_code('comments.voice_comment') }} is not null as is_voice_known,
        coalesce({{ as_code('comments.via_source_rel') }}, '') = 'voicemail' as is_voicemail,
        cast(comments.call_duration as varchar) as call_duration,
        cast(comments.body as varchar) as body,
        cast(comments._fivetran_synced as varchar) as loaded_at,
        case
            when {{ as_code('comments."public"') }} is not null and not {{ is_true('comments."public"') }} then 'private'
            when
                {{ as_code('comments.via_source_rel') }} = 'merge'
                or {{ as_code('comments.via_channel') }} = 'merge'
                or (agents.user_id is not null and lower(cast(comments.body as varchar)) like '%request%closed and merged into%request%')
                then 'merge_note'
        end as left_out
    from comments
    left join agents
        on comments.author_id = agents.user_id
    left join users
        on comments.author_id = users.user_id

)

select * from final
