-- Grain: one row per current metric version and conversation to learn from, of reps of whom coaching_agents says so; the first of each, as many as
-- the variable `coaching_conversations` says.
-- Mind: each is one conversation that went well, and proves nothing by itself. They are of reps who convert above what is expected, and first come those
-- that were least likely to.

{%- set most = coaching_conversations() %}
{%- set metrics = conversion_metrics() | selectattr('status', 'equalto', 'active') | list if most else [] %}
{%- set limit_seconds = setting_slow_follow_up_minutes() | float * 60 %}

with

coaching_agents as (

    select * from {{ ref('coaching_agents') }}

),

cells as (

    select * from {{ ref('coaching_cells') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

conversations as (

    select * from {{ ref('conversations') }}

),

next_steps as (

    select * from {{ ref('conversation_next_steps') }}

),

strata as (

    select
        metric,
        metric_version,
        team,
        stratum,
        agent_id,
        sum(matured) over (partition by metric, metric_version, team, stratum) - matured as other_trials,
        sum(matured_converted) over (partition by metric, metric_version, team, stratum) - matured_converted as other_hits
    from cells

),

-- fast, both sides spoke, a next step was asked for, nobody else took part, and it converted
good as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        metric_conversations.conversation_id,
        metric_conversations.anchor_at,
        {{ metric_stratum(metrics, 'metric_conversations', 'conversations') | trim }} as stratum,
        coalesce(conversations.owner_team, 'unknown') as team,
        conversations.owner_id as agent_id,
        conversations.channel,
        conversations.started_at,
        conversations.first_response_seconds
    from metric_conversations
    inner join coaching_agents
        on
            metric_conversations.metric = coaching_agents.metric
            and metric_conversations.metric_version = coaching_agents.metric_version
            and coaching_agents.verdict = 'learn_from'
    inner join conversations
        on
            metric_conversations.conversation_id = conversations.conversation_id
            and coaching_agents.agent_id = conversations.owner_id
    inner join next_steps
        on metric_conversations.conversation_id = next_steps.conversation_id
    where
        metric_conversations.is_matured
        and metric_conversations.status = 'converted'
        and conversations.two_way_at is not null
        and conversations.first_response_seconds <= {{ limit_seconds }}
        and conversations.handoff_count = 0
        and next_steps.asked_at is not null

),

placed as (

    select
        good.*,
        strata.other_hits / nullif(cast(strata.other_trials as double), 0) as predicted_rate
    from good
    inner join strata
        on
            good.metric = strata.metric
            and good.metric_version = strata.metric_version
            and good.team = strata.team
            and good.stratum = strata.stratum
            and good.agent_id = strata.agent_id

),

-- where nobody else has such conversations nothing is predicted
ranked as (

    select
        placed.*,
        row_number() over (
            partition by metric, metric_version, agent_id
            order by predicted_rate, anchor_at desc, conversation_id
        ) as place
    from placed
    where predicted_rate is not null

),

final as (

    select
        md5({{ joined_parts(['metric', 'cast(metric_version as varchar)', 'conversation_id']) }}) as example_id,
        metric,
        metric_version,
        agent_id,
        cast(place as bigint) as place,
        conversation_id,
        channel,
        started_at,
        first_response_seconds,
        predicted_rate
    from ranked
    where place <= {{ most }}

)

select * from final
