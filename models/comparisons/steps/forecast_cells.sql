-- Grain: one row per current metric version that is foretold, day on which conversations were anchored, and days until they converted (null: they
-- have not).
-- Mind: days are those of the calendar in the zone of the rates, so that a conversion within a window of n days lies 0 to n days after.

{%- set settings = forecast_settings() %}

with

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

attributed_outcomes as (

    select * from {{ ref('attributed_outcomes') }}

),

foretold as (

    select
        metric,
        metric_version
    from metric_definitions
    where
        is_current
        {%- if settings.metrics is not none %}
        and {% if settings.metrics %}metric in ({{ string_list(settings.metrics) }}){% else %}false{% endif %}
        {%- endif %}

),

amounts as (

    select
        attributed_outcomes.metric,
        attributed_outcomes.metric_version,
        attributed_outcomes.conversation_id,
        sum(cast(attributed_outcomes.credited_amount as decimal(38, 12))) as amount
    from attributed_outcomes
    inner join foretold
        on
            attributed_outcomes.metric = foretold.metric
            and attributed_outcomes.metric_version = foretold.metric_version
    group by
        attributed_outcomes.metric,
        attributed_outcomes.metric_version,
        attributed_outcomes.conversation_id

),

placed as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        {{ local_day('metric_conversations.anchor_at') }} as anchored_on,
        {{ day_number(local_day('metric_conversations.anchor_at')) }} as anchor_day,
        {{ day_number(local_day('metric_conversations.converted_at')) }} as converted_day,
        cast(amounts.amount as double) as amount
    from metric_conversations
    inner join foretold
        on
            metric_conversations.metric = foretold.metric
            and metric_conversations.metric_version = foretold.metric_version
    left join amounts
        on
            metric_conversations.metric = amounts.metric
            and metric_conversations.metric_version = amounts.metric_version
            and metric_conversations.conversation_id = amounts.conversation_id
            and metric_conversations.converted_at is not null
    where metric_conversations.status in ('converted', 'not_converted', 'pending')

),

final as (

    select
        metric,
        metric_version,
        anchored_on,
        anchor_day,
        converted_day - anchor_day as offset_days,
        count(*) as conversations,
        count(amount) as with_amount,
        coalesce(cast(sum(cast(amount as decimal(38, 12))) as double), 0e0) as amount,
        coalesce(cast(sum(cast(amount * amount as decimal(38, 6))) as double), 0e0) as amount_squares
    from placed
    group by
        metric,
        metric_version,
        anchored_on,
        anchor_day,
        converted_day - anchor_day

)

select * from final
