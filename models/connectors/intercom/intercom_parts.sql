-- Grain: one row per part of a conversation of Intercom, of its versions the latest.
-- Mind: whatever else a part does (assign, close, snooze, open again), its words are an answer; notes are words among admins. Parts that
-- record an event have words that nobody said. `left_out` says which of these a part is; what is null there was said.
{{ config(enabled=('intercom' in (var('connectors', none) or []))) }}
with

conversation_parts as (

    {{ latest_rows(
        source('intercom', 'conversation_part_history') if has_table('intercom', 'conversation_part_history') else none,
        ['id', 'conversation_id', 'created_at', 'author_id', 'author_type'],
        ['part_type', 'body', '_fivetran_synced'],
        ['id'], ['updated_at', 'conversation_updated_at', '_fivetran_synced']
    ) }}

),

final as (

    select
        {{ as_id('id') }} as part_id,
        {{ tool_id('intercom', 'id') }} as message_id,
        {{ as_id('conversation_id') }} as conversation_id,
        {{ as_id('author_id') }} as author_id,
        {{ as_code('author_type') }} as author_type,
        cast(created_at as varchar) as said_at,
        cast(body as varchar) as body,
        cast(_fivetran_synced as varchar) as loaded_at,
        case
            when {{ as_code('part_type') }} like '%note%' then 'note'
            when regexp_matches(
                {{ as_code('part_type') }}, 'attribute|rating|event|participant|language|custom_action|title|expectation|merged|tag'
            ) then 'event'
            when {{ as_text("regexp_replace(cast(body as varchar), '<(?:/?p|/?div|/?span|br ?/?)>|&nbsp;', '', 'g')") }} is null then 'no_words'
        end as left_out
    from conversation_parts

)

select * from final
