-- Grain: one row per conversation of Intercom.
-- Mind: the contact is who opened it; of one that was opened by us, who answered first, else the one that it is with. Where that author is not
-- among the contacts of the conversation (a lead who became a user), it is the one who is.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
with

conversations as (

    {{ latest_rows(
        source('intercom', 'conversation_history') if has_table('intercom', 'conversation_history') else none,
        ['id', 'created_at'],
        ['source_author_id', 'source_author_type', 'source_type', 'source_delivered_as', 'source_body', '_fivetran_synced'],
        ['id'], ['updated_at', '_fivetran_synced']
    ) }}

),

parts as (

    select * from {{ ref('intercom_parts') }}

),

contact_versions as (

    {{ intercom_conversation_contacts() }}

),

contacts as (

    select distinct
        conversation_id,
        contact_id
    from contact_versions
    where
        contact_id is not null
        and is_latest

),

authors as (

    select
        {{ as_id('id') }} as conversation_id,
        {{ as_id('source_author_id') }} as author_id,
        cast(created_at as varchar) as said_at,
        '' as part_id
    from conversations
    where {{ as_code('source_author_type') }} in ('user', 'lead', 'contact')

    union all

    select
        conversation_id,
        author_id,
        said_at,
        part_id
    from parts
    where
        author_type in ('user', 'lead', 'contact')
        and left_out is null

),

-- First whoever is among the contacts, then in the order of what was said; without an author, the least id.
candidates as (

    select
        authors.conversation_id,
        authors.author_id as contact_id,
        case when contacts.contact_id is not null then 1 else 3 end as preference,
        authors.said_at,
        authors.part_id
    from authors
    left join contacts
        on authors.conversation_id = contacts.conversation_id
        and authors.author_id = contacts.contact_id
    where authors.author_id is not null

    union all

    select
        conversation_id,
        contact_id,
        2 as preference,
        '' as said_at,
        '' as part_id
    from contacts

),

chosen as (

    select
        conversation_id,
        contact_id,
        row_number() over (
            partition by conversation_id
            order by preference, said_at, part_id, contact_id
        ) as position
    from candidates

),

final as (

    select
        {{ as_id('conversations.id') }} as conversation_id,
        chosen.contact_id,
        case
            when {{ as_code('source_type') }} = 'email' then 'email'
            when {{ as_code('source_type') }} in ('phone_call', 'phone_switch') then 'call'
            when {{ as_code('source_type') }} in ('whatsapp', 'sms', 'facebook', 'instagram', 'twitter') then {{ as_code('source_type') }}
            else 'chat'
        end as channel,
        coalesce({{ as_code('source_delivered_as') }} in ('automated', 'campaigns_initiated', 'operator_initiated'), false) as is_automated,
        {{ as_id('source_author_id') }} as author_id,
        {{ as_code('source_author_type') }} as author_type,
        cast(conversations.created_at as varchar) as created_at,
        cast(source_body as varchar) as body,
        cast(_fivetran_synced as varchar) as loaded_at
    from conversations
    left join chosen
        on {{ as_id('conversations.id') }} = chosen.conversation_id
        and chosen.position = 1

)

select * from final
