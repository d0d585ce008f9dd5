-- Grain: one row per current metric version, team, stratum and rep who led matured conversations of it.
-- Mind: a conversation is its owner's, the first person in it, whoever closed it.

{%- set most = coaching_conversations() %}
{%- set metrics = conversion_metrics() | selectattr('status', 'equalto', 'active') | list if most else [] %}
{%- set limit_seconds = setting_slow_follow_up_minutes() | float * 60 %}

with

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

conversations as (

    select * from {{ ref('conversations') }}

),

next_steps as (

    select * from {{ ref('conversation_next_steps') }}

),

led as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        {{ metric_stratum(metrics, 'metric_conversations', 'conversations') | trim }} as stratum,
        coalesce(conversations.owner_team, 'unknown') as team,
        conversations.owner_id as agent_id,
        case when metric_conversations.status = 'converted' then 1 else 0 end as hit,
        case when conversations.first_response_seconds is not null then 1 else 0 end as answered,
        case when conversations.first_response_seconds <= {{ limit_seconds }} then 1 else 0 end as fast,
        case when next_steps.conversation_id is not null then 1 else 0 end as written,
        case when next_steps.asked_at is not null then 1 else 0 end as asked
    from metric_conversations
    inner join metric_definitions
        on
            metric_conversations.metric = metric_definitions.metric
            and metric_conversations.metric_version = metric_definitions.metric_version
            and metric_definitions.is_current
    inner join conversations
        on metric_conversations.conversation_id = conversations.conversation_id
    left join next_steps
        on metric_conversations.conversation_id = next_steps.conversation_id
    where
        metric_conversations.is_matured
        and conversations.owner_id is not null
        and {{ 'true' if most else 'false' }}

),

final as (

    select
        metric,
        metric_version,
        team,
        stratum,
        agent_id,
        count(*) as matured,
        cast(sum(hit) as bigint) as matured_converted,
        cast(sum(answered) as bigint) as answered,
        cast(sum(fast) as bigint) as fast,
        cast(sum(written) as bigint) as written,
        cast(sum(asked) as bigint) as asked
    from led
    group by
        metric,
        metric_version,
        team,
        stratum,
        agent_id

)

select * from final
