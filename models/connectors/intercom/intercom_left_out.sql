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

    {{ left_out_rest('conversation_history', 'earlier_version', current_rows(conversations, ['id'], []), [ref('intercom_conversations')]) }}

),

earlier_people as (

    {{ left_out_rest('contact_history', 'earlier_version', current_rows(people, ['id'], []), [ref('intercom_contacts')]) }}

),

earlier_parts as (

    {{ left_out_rest('conversation_part_history', 'earlier_version', current_rows(parts, ['id'], []), [ref('intercom_parts')]) }}

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

    {{ left_out_counts(
        ['flagged', 'said', 'links', 'operators'], ['earlier_conversations', 'earlier_people', 'earlier_parts']
    ) }}

)

select * from final
