-- Grain: one row per metric version, outcome and touch: an eligible conversation of the outcome's unit whose window holds it.
-- Mind: touches without credit are rows too. Credits of one outcome sum to 1; conversions are counted elsewhere, never here.

with

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

metric_versions as (

    select * from {{ ref('metric_versions') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

-- time in steps of one window: a window touches its own step and the next one, so that a unit with thousands of
-- conversations and outcomes is compared step by step and not each with each
converted as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        metric_conversations.conversation_id,
        metric_conversations.first_message_id,
        metric_conversations.unit_id,
        metric_conversations.anchor_at,
        metric_conversations.window_ends_at,
        metric_versions.attribution,
        metric_versions.half_life_days,
        metric_versions.window_seconds * 1000000 as step_us,
        {{ epoch_micros('metric_conversations.anchor_at') }}
        - {{ epoch_micros('metric_conversations.anchor_at') }} % (metric_versions.window_seconds * 1000000) as step_at
    from metric_conversations
    inner join metric_versions
        on
            metric_conversations.metric = metric_versions.metric
            and metric_conversations.metric_version = metric_versions.metric_version
    where metric_conversations.converted_at is not null

),

windows as (

    select * from converted

    union all

    select
        metric,
        metric_version,
        conversation_id,
        first_message_id,
        unit_id,
        anchor_at,
        window_ends_at,
        attribution,
        half_life_days,
        step_us,
        step_at + step_us as step_at
    from converted

),

candidates as (

    select
        metric_versions.metric,
        metric_versions.metric_version,
        outcomes.outcome_id,
        case metric_versions.unit
            when 'account' then outcomes.account_id
            else outcomes.contact_id
        end as unit_id,
        outcomes.occurred_at,
        outcomes.amount,
        {{ epoch_micros('outcomes.occurred_at') }}
        - {{ epoch_micros('outcomes.occurred_at') }} % (metric_versions.window_seconds * 1000000) as step_at
    from outcomes
    inner join metric_versions
        on outcomes.outcome = metric_versions.outcome

),

touches as (

    select
        windows.metric,
        windows.metric_version,
        candidates.outcome_id,
        windows.conversation_id,
        windows.first_message_id,
        windows.anchor_at,
        windows.attribution,
        windows.half_life_days,
        candidates.amount,
        ({{ epoch_micros('candidates.occurred_at') }} - {{ epoch_micros('windows.anchor_at') }}) / 86400e6 as age_days
    from windows
    inner join candidates
        on
            windows.metric = candidates.metric
            and windows.metric_version = candidates.metric_version
            and windows.unit_id = candidates.unit_id
            and windows.step_at = candidates.step_at
            and windows.anchor_at <= candidates.occurred_at
            and windows.window_ends_at > candidates.occurred_at

),

ranked as (

    select
        metric,
        metric_version,
        outcome_id,
        conversation_id,
        attribution,
        half_life_days,
        amount,
        age_days,
        row_number() over (
            partition by metric, metric_version, outcome_id
            order by anchor_at, first_message_id
        ) as touch_position,
        count(*) over (partition by metric, metric_version, outcome_id) as touch_count,
        min(age_days) over (partition by metric, metric_version, outcome_id) as youngest_days
    from touches

),

weighted as (

    select
        *,
        power(2e0, -(age_days - youngest_days) / half_life_days) as weight
    from ranked

),

credited as (

    select
        *,
        cast(
            sum(cast(weight as decimal(38, 18))) over (partition by metric, metric_version, outcome_id)
            as double
        ) as total_weight
    from weighted

),

shared as (

    select
        metric,
        metric_version,
        outcome_id,
        conversation_id,
        touch_position,
        touch_count,
        {{ touch_credit('attribution', 'touch_position', 'touch_count', 'weight', 'total_weight') }} as credit,
        amount
    from credited

),

final as (

    select
        metric,
        metric_version,
        outcome_id,
        conversation_id,
        cast(touch_position as bigint) as touch_position,
        cast(touch_count as bigint) as touch_count,
        cast(credit as double) as credit,
        cast(credit * amount as double) as credited_amount
    from shared

)

select * from final
