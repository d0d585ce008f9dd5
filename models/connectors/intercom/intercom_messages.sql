-- Grain: one row per conversation of Intercom (its first message), and per part of it that was said to the contact or by them.
-- Mind: what a campaign or a bot sends in an admin's name is a bot's. Parts of a conversation that was deleted are left out with it.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
{%- set conversations = source('intercom', 'conversation_history') if has_table('intercom', 'conversation_history') else none %}
with

conversations as (

    select * from {{ ref('intercom_conversations') }}

),

parts as (

    select * from {{ ref('intercom_parts') }}

),

known_conversations as (

    select distinct {{ as_id('id') }} as conversation_id
    from {{ raw_rows(conversations, ['id'], []) }} as rows_read

),

operators as (

    select distinct {{ as_id('id') }} as admin_id
    from {{ raw_rows(source('intercom', 'admin') if has_table('intercom', 'admin') else none, ['id'], ['email']) }} as admins
    where {{ is_intercom_operator('admins') }}

),

-- The contacts of conversations that the table has no row of.
contacts as (

    select
        conversation_id,
        min(contact_id) as contact_id
    from {{ current_rows(
        source('intercom', 'conversation_contact_history') if has_table('intercom', 'conversation_contact_history') else none,
        ['conversation_id', 'contact_id'], [], ids=['conversation_id', 'contact_id']
    ) }} as rows_read
    group by conversation_id

),

said as (

    select
        'intercom:conversation:' || conversation_id as message_id,
        conversation_id,
        author_id,
        case when is_automated and author_type not in ('user', 'lead', 'contact') then 'bot' else author_type end as author_type,
        created_at as sent_at,
        body,
        loaded_at
    from conversations
    where author_id is not null

    union all

    select
        parts.message_id,
        parts.conversation_id,
        parts.author_id,
        parts.author_type,
        parts.said_at as sent_at,
        parts.body,
        parts.loaded_at
    from parts
    left join conversations
        on parts.conversation_id = conversations.conversation_id
    left join known_conversations
        on parts.conversation_id = known_conversations.conversation_id
    where
        parts.left_out is null
        and (conversations.conversation_id is not null or known_conversations.conversation_id is null)

),

senders as (

    select
        said.message_id,
        said.conversation_id,
        said.author_id,
        case
            when said.author_type in ('user', 'lead', 'contact') then 'contact'
            when said.author_type = 'admin' and operators.admin_id is null then 'rep'
            else 'bot'
        end as sender_type,
        said.sent_at,
        said.body,
        said.loaded_at
    from said
    left join operators
        on said.author_id = operators.admin_id

),

final as (

    select
        senders.message_id,
        'intercom:' || coalesce(conversations.contact_id, contacts.contact_id) as contact_id,
        coalesce(conversations.channel, 'chat') as channel,
        case when senders.sender_type = 'contact' then 'inbound' else 'outbound' end as direction,
        senders.sent_at,
        'intercom:' || senders.conversation_id as thread_id,
        senders.sender_type,
        case when senders.sender_type = 'rep' then 'intercom:' || senders.author_id end as rep_id,
        cast(null as varchar) as status,
        cast(null as varchar) as talk_seconds,
        cast(null as varchar) as campaign_id,
        senders.body,
        cast(null as varchar) as cost,
        senders.loaded_at
    from senders
    left join conversations
        on senders.conversation_id = conversations.conversation_id
    left join contacts
        on senders.conversation_id = contacts.conversation_id

)

select * from final
