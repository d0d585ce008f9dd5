-- Grain: one row per message_id.
-- Mind: `channel` is the channel as the source names it, trimmed and lower-cased; canonical_channel is what it is mapped to.
-- The text of `visible_messages` stands in the query three times, so that the rows are streamed and never held:
-- each place reads only the columns it needs, and the bodies are many.
{%- set required = ['message_id', 'contact_id', 'channel', 'direction', 'sent_at'] %}
{%- set optional = [
    'thread_id', 'sender_type', 'rep_id', 'status', 'talk_seconds', 'campaign_id', 'body', 'cost', 'loaded_at'
] %}
{%- set raw_messages = raw_rows(source('raw', 'messages'), required, optional) %}
{%- set visible_messages %}(
    select
        typed.message_id,
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.channel,
        typed.direction,
        typed.sent_at,
        typed.thread_id,
        case when typed.sender_type in ('contact', 'rep', 'bot', 'system') then typed.sender_type end as sender_type,
        typed.rep_id,
        typed.status,
        typed.talk_seconds,
        typed.campaign_id,
        typed.body,
        typed.cost,
        typed.loaded_at
    from (
        select
            {{ as_text('message_id') }} as message_id,
            {{ as_text('contact_id') }} as contact_id,
            {{ as_code('channel') }} as channel,
            {{ as_code('direction') }} as direction,
            {{ as_timestamp('sent_at') }} as sent_at,
            {{ as_text('thread_id') }} as thread_id,
            {{ as_code('sender_type') }} as sender_type,
            {{ as_text('rep_id') }} as rep_id,
            {{ as_code('status') }} as status,
            {{ as_number('talk_seconds') }} as talk_seconds,
            {{ as_text('campaign_id') }} as campaign_id,
            {{ as_text('body') }} as body,
            {{ as_number('cost') }} as cost,
            {{ as_timestamp('loaded_at') }} as loaded_at
        from {{ raw_messages }} as raw_rows
    ) as typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        typed.message_id is not null
        and typed.contact_id is not null
        and typed.channel is not null
        and typed.direction in ('inbound', 'outbound')
        and typed.sent_at is not null
        and {{ is_visible('clocks.as_of', ['typed.sent_at', 'typed.loaded_at']) }}
)
{%- endset %}
with clocks as (
    select * from {{ ref('clocks') }}
),

contact_survivors as (
    select * from {{ ref('contact_survivors') }}
),

channels as (
    select * from {{ ref('map_channels') }}
),

message_statuses as (
    select * from {{ ref('map_message_statuses') }}
),

non_replies as (
    select * from {{ ref('map_non_replies') }}
),

bodies as (
    select {{ as_text('body') }} as body
    from {{ raw_messages }} as raw_rows
),

trimmed_bodies as (
    select
        body,
        lower({{ trim_white('body') }}) as trimmed_body
    from bodies
    where body is not null
),

-- Only the bodies that are no reply, which are few. Of two kinds the least, autoresponder, wins.
non_reply_bodies as (
    select
        trimmed_bodies.body,
        min(non_replies.kind) as non_reply_kind
    from trimmed_bodies
    inner join non_replies
        on trimmed_bodies.trimmed_body like non_replies.pattern
    group by trimmed_bodies.body
),

kept as (
    {{ one_row_per_key(visible_messages, ['message_id'], required + optional) }}
),

final as (
    select
        kept.message_id,
        kept.contact_id,
        kept.channel,
        kept.direction,
        kept.sent_at,
        kept.thread_id,
        kept.sender_type,
        kept.rep_id,
        kept.status,
        kept.talk_seconds,
        kept.campaign_id,
        kept.body,
        kept.cost,
        kept.loaded_at,
        coalesce(channels.channel, kept.channel) as canonical_channel,
        3600 * case
            when kept.thread_id is not null then coalesce(channels.gap_hours_threaded, 24.0)
            else coalesce(channels.gap_hours, 24.0)
        end as gap_seconds,
        coalesce(channels.is_live, false) as is_live_channel,
        coalesce(message_statuses.is_delivered, true) as is_delivered,
        coalesce(message_statuses.is_answered, false) as is_answered,
        non_reply_bodies.non_reply_kind
    from kept
    left join channels
        on kept.channel = channels.raw_channel
    left join message_statuses
        on kept.status = message_statuses.status
    left join non_reply_bodies
        on kept.body = non_reply_bodies.body
)

select * from final
