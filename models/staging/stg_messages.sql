-- Grain: one row per message_id.
-- Mind: `channel` is the channel as the source names it, trimmed and lower-cased; canonical_channel is what it is mapped to.
-- The messages are read as three streams (bodies, ids that are there once, ids that repeat) and never held: they are many.
{%- set raw_messages = raw_rows(raw_input('messages'), input_columns('messages', 'required'), input_columns('messages', 'optional')) %}
{%- set other_columns = input_columns('messages') | reject('equalto', 'message_id') | join(', ') %}
{%- set id_messages = '(select ' ~ as_id('message_id') ~ ' as message_id, ' ~ other_columns ~ ' from ' ~ raw_messages ~ ' as given_rows)' %}
with

clocks as (

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

-- Of the kinds that fit one body the least, autoresponder, wins. Bodies that fit any are few.
non_reply_bodies as (

    select
        bodies.body,
        min(non_replies.kind) as non_reply_kind
    from (
        select
            cast(rows_read.body as varchar) as body,
            lower({{ trim_white('cast(rows_read.body as varchar)') }}) as trimmed_body
        from {{ raw_messages }} as rows_read
    ) as bodies
    inner join non_replies
        on bodies.trimmed_body like non_replies.pattern
    where non_replies.has_wildcard
    group by bodies.body

),

-- Ids that stand in the file more than once, in rows that are seen or not.
repeated_ids as (

    select
        {{ as_id('rows_read.message_id') }} as message_id,
        count(*) as row_count
    from {{ raw_messages }} as rows_read
    group by 1
    having count(*) > 1

),

single_rows as (

    select rows_read.*
    from {{ id_messages }} as rows_read
    left join repeated_ids
        on rows_read.message_id = repeated_ids.message_id
    where repeated_ids.row_count is null

),

repeated_rows as (

    select rows_read.*
    from {{ id_messages }} as rows_read
    inner join repeated_ids
        on rows_read.message_id = repeated_ids.message_id

),

single_messages as (

    {{ typed_messages('single_rows', 'clocks', 'contact_survivors') }}

),

repeated_messages as (

    {{ typed_messages('repeated_rows', 'clocks', 'contact_survivors') }}

),

kept as (

    select * from single_messages

    union all

    select * from (
        {{ kept_rows('messages', 'repeated_messages') }}
    ) as latest_messages

),

trimmed as (

    select
        kept.*,
        lower({{ trim_white('kept.body') }}) as trimmed_body
    from kept

),

exact_non_replies as (

    select
        pattern,
        min(kind) as non_reply_kind
    from non_replies
    where not has_wildcard
    group by pattern

),

final as (

    select
        trimmed.message_id,
        trimmed.contact_id,
        trimmed.channel,
        trimmed.direction,
        trimmed.sent_at,
        trimmed.thread_id,
        trimmed.sender_type,
        trimmed.rep_id,
        trimmed.status,
        trimmed.talk_seconds,
        trimmed.campaign_id,
        trimmed.body,
        trimmed.cost,
        trimmed.loaded_at,
        coalesce(channels.channel, trimmed.channel) as canonical_channel,
        3600 * case
            when trimmed.thread_id is not null then coalesce(channels.gap_hours_threaded, 24.0)
            else coalesce(channels.gap_hours, 24.0)
        end as gap_seconds,
        coalesce(channels.is_live, false) as is_live_channel,
        coalesce(message_statuses.is_attempt, true) as is_attempt,
        coalesce(message_statuses.is_answered, false) as is_answered,
        case
            when 'autoresponder' in (non_reply_bodies.non_reply_kind, exact_non_replies.non_reply_kind) then 'autoresponder'
            else coalesce(non_reply_bodies.non_reply_kind, exact_non_replies.non_reply_kind)
        end as non_reply_kind
    from trimmed
    left join channels
        on trimmed.channel = channels.raw_channel
    left join message_statuses
        on trimmed.status = message_statuses.status
    left join non_reply_bodies
        on trimmed.body = non_reply_bodies.body
    left join exact_non_replies
        on trimmed.trimmed_body = exact_non_replies.pattern

)

select * from final
