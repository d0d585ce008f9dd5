-- Grain: one row per conversation of Intercom (its first message), and per part of it that was said to the contact or by them.
-- Mind: notes, assignments, and parts without words are left out. The histories hold versions: the active one counts.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
with

conversations as (

    select * from {{ raw_rows(
        source('intercom', 'conversation_history') if has_table('intercom', 'conversation_history') else none,
        ['id', 'created_at'],
        ['source_author_id', 'source_author_type', 'source_type', 'source_body', '_fivetran_active', '_fivetran_synced']
    ) }} as rows_read
    where {{ as_code('_fivetran_active') }} is null or {{ is_true('_fivetran_active') }}

),

conversation_parts as (

    select * from {{ raw_rows(
        source('intercom', 'conversation_part_history') if has_table('intercom', 'conversation_part_history') else none,
        ['id', 'conversation_id', 'created_at', 'author_id', 'author_type'],
        ['part_type', 'body', '_fivetran_active', '_fivetran_synced']
    ) }} as rows_read
    where
        ({{ as_code('_fivetran_active') }} is null or {{ is_true('_fivetran_active') }})
        and {{ as_text('body') }} is not null
        and coalesce({{ as_code('part_type') }}, 'comment') not like '%note%'
        and coalesce({{ as_code('part_type') }}, 'comment') not like '%assign%'

),

contacts as (

    select
        {{ as_text('conversation_id') }} as conversation_id,
        min({{ as_text('contact_id') }}) as contact_id
    from {{ raw_rows(
        source('intercom', 'conversation_contact_history') if has_table('intercom', 'conversation_contact_history') else none,
        ['conversation_id', 'contact_id'], ['_fivetran_active']
    ) }} as rows_read
    where {{ as_code('_fivetran_active') }} is null or {{ is_true('_fivetran_active') }}
    group by {{ as_text('conversation_id') }}

),

kinds as (

    select
        {{ as_text('id') }} as conversation_id,
        max(case
            when {{ as_code('source_type') }} = 'email' then 'email'
            when {{ as_code('source_type') }} in ('phone_call', 'phone_switch') then 'call'
            when {{ as_code('source_type') }} in ('whatsapp', 'sms', 'facebook', 'instagram', 'twitter') then {{ as_code('source_type') }}
            else 'chat'
        end) as channel
    from conversations
    group by {{ as_text('id') }}

),

said as (

    select
        'conversation:' || {{ as_text('id') }} as id,
        {{ as_text('id') }} as conversation_id,
        {{ as_text('source_author_id') }} as author_id,
        {{ as_code('source_author_type') }} as author_type,
        cast(created_at as varchar) as sent_at,
        cast(source_body as varchar) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from conversations
    where {{ as_text('source_author_id') }} is not null

    union all

    select
        {{ as_text('id') }} as id,
        {{ as_text('conversation_id') }} as conversation_id,
        {{ as_text('author_id') }} as author_id,
        {{ as_code('author_type') }} as author_type,
        cast(created_at as varchar) as sent_at,
        cast(body as varchar) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from conversation_parts

),

final as (

    select
        'intercom:' || said.id as message_id,
        'intercom:' || contacts.contact_id as contact_id,
        coalesce(kinds.channel, 'chat') as channel,
        case when said.author_type in ('user', 'lead', 'contact') then 'inbound' else 'outbound' end as direction,
        said.sent_at,
        'intercom:' || said.conversation_id as thread_id,
        case
            when said.author_type in ('user', 'lead', 'contact') then 'contact'
            when said.author_type = 'admin' then 'rep'
            else 'bot'
        end as sender_type,
        case when said.author_type = 'admin' then 'intercom:' || said.author_id end as rep_id,
        cast(null as varchar) as status,
        cast(null as varchar) as talk_seconds,
        cast(null as varchar) as campaign_id,
        said.body,
        cast(null as varchar) as cost,
        said.loaded_at
    from said
    left join contacts
        on said.conversation_id = contacts.conversation_id
    left join kinds
        on said.conversation_id = kinds.conversation_id

)

select * from final
