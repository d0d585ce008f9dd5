-- Grain: one row per user of Zendesk who is, or once was, an agent or administrator.
-- Mind: an agent who leaves is made an end user and then deleted. Who ever had a ticket assigned or wrote a private comment was an agent.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
{%- set comments = source('zendesk', 'ticket_comment') if has_table('zendesk', 'ticket_comment') else none %}
{%- set tickets = source('zendesk', 'ticket') if has_table('zendesk', 'ticket') else none %}
{%- set users = source('zendesk', 'user') if has_table('zendesk', 'user') else none %}
with

agents as (

    select {{ as_id('id') }} as user_id
    from {{ raw_rows(users, ['id'], ['role']) }} as rows_read
    where {{ as_code('role') }} in ('agent', 'admin')

    union

    select {{ as_id('assignee_id') }} as user_id
    from {{ raw_rows(tickets, ['id'], ['assignee_id']) }} as rows_read

    union

    select {{ as_id('user_id') }} as user_id
    from {{ raw_rows(comments, ['user_id'], ['"public"']) }} as rows_read
    where {{ as_code('rows_read."public"') }} is not null and not {{ is_true('rows_read."public"') }}

),

final as (

    select user_id
    from agents
    where user_id is not null

)

select * from final
