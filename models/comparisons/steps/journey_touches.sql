-- Grain: one row per current metric version and eligible, matured conversation: a touch of the one path that it is part of.
-- Mind: a path that converts is of the conversations with the same first outcome in their windows, as attribution has it. Of the others of a
-- unit a path goes on as long as one begins within the window of the one before. Outcomes after a path's first are not looked at.

{%- set metrics = credit_settings().metrics %}
{%- set path = 'metric, metric_version, unit_id, is_converted, path_number' %}

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

touches as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        metric_conversations.conversation_id,
        metric_conversations.first_message_id,
        metric_conversations.unit_id,
        metric_conversations.anchor_at,
        metric_conversations.window_ends_at,
        metric_conversations.converted_at,
        metric_conversations.converted_at is not null as is_converted,
        metric_definitions.half_life_days,
        {{ cohort_dimension('channel', 'conversations') }} as channel,
        {{ cohort_dimension('campaign_id', 'conversations') }} as campaign_id
    from metric_conversations
    inner join metric_definitions
        on
            metric_conversations.metric = metric_definitions.metric
            and metric_conversations.metric_version = metric_definitions.metric_version
            and metric_definitions.is_current
    inner join conversations
        on metric_conversations.conversation_id = conversations.conversation_id
    where
        metric_conversations.eligibility = 'eligible'
        and metric_conversations.is_matured
        and {{ 'true' if metrics else 'false' }}

),

followed as (

    select
        touches.*,
        {%- for column in ['window_ends_at', 'converted_at'] %}
        lag({{ column }}) over (
            partition by metric, metric_version, unit_id, is_converted
            order by anchor_at, first_message_id
        ) as previous_{{ column }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from touches

),

numbered as (

    select
        followed.*,
        sum(case
            when is_converted and previous_converted_at = converted_at then 0
            when not is_converted and previous_window_ends_at > anchor_at then 0
            else 1
        end) over (
            partition by metric, metric_version, unit_id, is_converted
            order by anchor_at, first_message_id
            rows between unbounded preceding and current row
        ) as path_number
    from followed

),

final as (

    select
        metric,
        metric_version,
        conversation_id,
        unit_id,
        is_converted,
        cast(path_number as bigint) as path_number,
        cast({{ bucket_of('unit_id') | indent(8) }} as bigint) as bucket,
        cast(row_number() over (partition by {{ path }} order by anchor_at, first_message_id) as bigint) as touch_position,
        cast(count(*) over (partition by {{ path }}) as bigint) as touch_count,
        ({{ epoch_micros('converted_at') }} - {{ epoch_micros('anchor_at') }}) / 86400e6 as age_days,
        coalesce(half_life_days, 7e0) as half_life_days,
        channel,
        campaign_id,
        lead(channel) over (partition by {{ path }} order by anchor_at, first_message_id) as next_channel,
        lead(campaign_id) over (partition by {{ path }} order by anchor_at, first_message_id) as next_campaign_id
    from numbered

)

select * from final
