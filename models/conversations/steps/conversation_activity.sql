-- Grain: one row per conversation: what its own messages tell of it.
-- Mind: counts and times are over messages of role 'message' alone; failed_count and system_count are the rest.
-- Non-replies are messages all the same: they are in inbound_count and first_inbound_at, not in two_way_at.
-- conversation_messages is imported once per use, narrow, because a shared CTE is kept whole in memory.

with

messages as (

    select
        first_message_id,
        sent_at,
        sender,
        direction,
        message_role,
        non_reply_kind,
        is_live,
        is_human,
        case when is_last_message then gap_seconds end as last_gap_seconds,
        case when message_role = 'message' then sent_at end as spoken_at,
        case when message_role = 'message' and non_reply_kind is null then sent_at end as replied_at
    from {{ ref('conversation_messages') }}
    where first_message_id is not null

),

replies as (

    select
        first_message_id,
        sent_at
    from {{ ref('conversation_messages') }}
    where
        message_role = 'message'
        and non_reply_kind is null

),

human_messages as (

    select
        first_message_id,
        message_id,
        rep_id,
        sent_at
    from {{ ref('conversation_messages') }}
    where
        message_role = 'message'
        and is_human

),

first_messages as (

    select
        first_message_id,
        contact_id,
        thread_id,
        campaign_id,
        channel,
        sender
    from {{ ref('conversation_messages') }}
    where message_id = first_message_id

),

sales_reps as (

    select
        rep_id,
        valid_from,
        valid_to
    from {{ ref('stg_reps') }}
    where role = 'sales'

),

totals as (

    select
        first_message_id,
        min(spoken_at) as started_at,
        max(spoken_at) as last_message_at,
        max(last_gap_seconds) as last_gap_seconds,
        min(case when sender = 'contact' and non_reply_kind is distinct from 'autoresponder' then spoken_at end)
            as first_reached_at,
        min(case when is_live then spoken_at end) as first_live_at,
        min(case when direction = 'inbound' then replied_at end) as first_inbound_reply_at,
        min(case when direction = 'outbound' then replied_at end) as first_outbound_reply_at,
        min(case when is_human then spoken_at end) as first_human_at,
        min(case when sender = 'bot' then spoken_at end) as first_bot_at,
        min(case when direction = 'inbound' then spoken_at end) as first_inbound_at,
        min(case when direction = 'outbound' then spoken_at end) as first_outbound_at,
        count(spoken_at) as message_count,
        count(case when direction = 'inbound' then spoken_at end) as inbound_count,
        count(case when message_role = 'failed' then sent_at end) as failed_count,
        count(case when message_role = 'system' then sent_at end) as system_count
    from messages
    group by first_message_id

),

-- Where the two sides first wrote at one instant, nobody had answered yet: the next message does.
answered_later as (

    select
        totals.first_message_id,
        min(replies.sent_at) as answered_at
    from totals
    inner join replies
        on
            totals.first_message_id = replies.first_message_id
            and totals.first_inbound_reply_at < replies.sent_at
    where totals.first_inbound_reply_at = totals.first_outbound_reply_at
    group by totals.first_message_id

),

answered as (

    select
        totals.*,
        case
            when totals.first_inbound_reply_at <> totals.first_outbound_reply_at
                then greatest(totals.first_inbound_reply_at, totals.first_outbound_reply_at)
            else answered_later.answered_at
        end as answered_at
    from totals
    left join answered_later
        on totals.first_message_id = answered_later.first_message_id

),

-- least() skips nulls in some engines and not in others, so it is spelled out.
kinds as (

    select
        *,
        case
            when first_reached_at is null or first_live_at < first_reached_at then first_live_at
            else first_reached_at
        end as reached_at,
        case
            when answered_at is null or first_live_at < answered_at then first_live_at
            else answered_at
        end as two_way_at
    from answered

),

-- With an input of reps the role has to be sales at that instant; without it any rep will do.
handled as (

    select
        human_messages.first_message_id,
        min(human_messages.sent_at) as sales_handled_at
    from human_messages
    inner join kinds
        on
            human_messages.first_message_id = kinds.first_message_id
            and human_messages.sent_at >= kinds.two_way_at
    {%- if has_input('reps') %}
    inner join sales_reps
        on
            human_messages.rep_id = sales_reps.rep_id
            and (sales_reps.valid_from is null or sales_reps.valid_from <= human_messages.sent_at)
            and (sales_reps.valid_to is null or human_messages.sent_at < sales_reps.valid_to)
    {%- endif %}
    group by human_messages.first_message_id

),

hands as (

    select
        first_message_id,
        min(sent_at) as owned_at,
        min(rep_id) as least_rep_id,
        max(rep_id) as greatest_rep_id
    from human_messages
    where rep_id is not null
    group by first_message_id

),

-- Most conversations have one rep; only the others need their messages in order.
turns as (

    select
        human_messages.first_message_id,
        human_messages.rep_id,
        row_number() over (
            partition by human_messages.first_message_id
            order by human_messages.sent_at, human_messages.message_id
        ) as turn,
        lag(human_messages.rep_id) over (
            partition by human_messages.first_message_id
            order by human_messages.sent_at, human_messages.message_id
        ) as previous_rep_id
    from human_messages
    inner join hands
        on human_messages.first_message_id = hands.first_message_id
    where
        human_messages.rep_id is not null
        and hands.least_rep_id <> hands.greatest_rep_id

),

shared as (

    select
        first_message_id,
        max(case when turn = 1 then rep_id end) as owner_id,
        count(distinct rep_id) as rep_count,
        count(case when previous_rep_id <> rep_id then turn end) as handoff_count
    from turns
    group by first_message_id

),

final as (

    select
        first_messages.first_message_id,
        first_messages.contact_id,
        first_messages.thread_id,
        first_messages.campaign_id,
        coalesce(shared.owner_id, hands.least_rep_id) as owner_id,
        kinds.started_at,
        kinds.reached_at,
        kinds.two_way_at,
        handled.sales_handled_at,
        kinds.first_human_at,
        kinds.first_bot_at,
        kinds.first_inbound_at,
        kinds.first_outbound_at,
        kinds.last_message_at,
        -- A gap of centuries says that nothing ends; beyond 3,000 years a timestamp could not hold it.
        kinds.last_message_at
        + least(kinds.last_gap_seconds, 100000000000) * interval '1 second' as open_until,
        hands.owned_at,
        first_messages.channel,
        first_messages.sender as initiated_by,
        kinds.message_count,
        kinds.inbound_count,
        kinds.message_count - kinds.inbound_count as outbound_count,
        kinds.failed_count,
        kinds.system_count,
        case
            when hands.first_message_id is null then 0
            else coalesce(shared.rep_count, 1)
        end as rep_count,
        coalesce(shared.handoff_count, 0) as handoff_count
    from first_messages
    inner join kinds
        on first_messages.first_message_id = kinds.first_message_id
    left join handled
        on first_messages.first_message_id = handled.first_message_id
    left join hands
        on first_messages.first_message_id = hands.first_message_id
    left join shared
        on first_messages.first_message_id = shared.first_message_id

)

select * from final
