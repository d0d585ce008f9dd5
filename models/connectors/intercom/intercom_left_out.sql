-- Grain: one row per table of Intercom and reason for which rows of it are not used.
-- Mind: what belongs to a conversation that was deleted is left out as deleted.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
{%- set conversations = source('intercom', 'conversation_history') if has_table('intercom', 'conversation_history') else none %}
{%- set people = source('intercom', 'contact_history') if has_table('intercom', 'contact_history') else none %}
{%- set parts = source('intercom', 'conversation_part_history') if has_table('intercom', 'conversation_part_history') else none %}
{%- set admins = source('intercom', 'admin') if has_table('intercom', 'admin') else none %}
with

flagged as (

    {{ left_out_by_loader('intercom', [
        'conversation_history', 'conversation_part_history', 'conversation_contact_history', 'contact_history', 'admin',
    ]) }}

),

earlier_conversations as (

    {{ latest_rows(conversations, ['id'], ['_fivetran_synced'], ['id'], ['updated_at', '_fivetran_synced'], earlier=true) }}

),

earlier_people as (

    {{ latest_rows(people, ['id'], ['_fivetran_synced'], ['id'], ['updated_at', '_fivetran_synced'], earlier=true) }}

),

earlier_parts as (

    {{ latest_rows(parts, ['id'], ['_fivetran_synced'], ['id'], ['updated_at', '_fivetran_synced'], earlier=true) }}

),

earlier as (

    select
        'conversation_history' as table_name,
        'earlier_version' as reason
    from earlier_conversations

    union all

    select
        'contact_history' as table_name,
        'earlier_version' as reason
    from earlier_people

    union all

    select
        'conversation_part_history' as table_name,
        'earlier_version' as reason
    from earlier_parts

),

gone_conversations as (

    {{ gone_ids(conversations, 'id') }}

),

said as (

    select
        'conversation_part_history' as table_name,
        case when gone_conversations.id is not null then 'deleted' else parts.left_out end as reason
    from {{ ref('intercom_parts') }} as parts
    left join gone_conversations
        on parts.conversation_id = gone_conversations.id

),

conversation_contacts as (

    {{ intercom_conversation_contacts() }}

),

links as (

    select
        'conversation_contact_history' as table_name,
        case
            when gone_conversations.id is not null then 'deleted'
            when not links.is_latest then 'earlier_version'
        end as reason
    from conversation_contacts as links
    left join gone_conversations
        on links.conversation_id = gone_conversations.id

),

operators as (

    select
        'admin' as table_name,
        case when {{ is_intercom_operator('admins') }} then 'no_person' end as reason
    from {{ current_rows(admins, ['id'], ['email']) }} as admins

),

final as (

    {{ left_out_counts(['flagged', 'earlier', 'said', 'links', 'operators']) }}

)

select * from final
