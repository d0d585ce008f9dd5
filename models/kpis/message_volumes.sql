-- Grain: one row per period (grain `all` too), channel and direction; null for all channels, or both directions.
-- Mind: rows with a null hold the sum of the others: do not add them up together. Failed and system messages are beside `messages`, not in it.

with

message_days as (

    select * from {{ ref('message_days') }}

),

grains as (

    {{ grain_rows() | indent(4) }}

),

placed as (

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'message_days.cell_date') | indent(8) }} as period_start,
        message_days.channel,
        message_days.direction,
        message_days.sender,
        message_days.messages,
        message_days.live_messages,
        message_days.failed_messages,
        message_days.system_messages
    from message_days
    cross join grains

),

counted as (

    select
        period_grain,
        period_start,
        channel,
        direction,
        sum(messages) as messages,
        sum(case when sender = 'contact' then messages else 0 end) as contact_messages,
        sum(case when sender = 'rep' then messages else 0 end) as rep_messages,
        sum(case when sender = 'bot' then messages else 0 end) as bot_messages,
        sum(live_messages) as live_messages,
        sum(failed_messages) as failed_messages,
        sum(system_messages) as system_messages
    from placed
    group by grouping sets (
        (period_grain, period_start),
        (period_grain, period_start, channel),
        (period_grain, period_start, direction),
        (period_grain, period_start, channel, direction)
    )

),

final as (

    select
        md5({{ joined_parts(['period_grain', 'cast(period_start as varchar)', 'channel', 'direction']) }}) as volume_id,
        'failed_messages' as numerator_id,
        'tried_messages' as denominator_id,
        period_grain,
        period_start,
        channel,
        direction,
        cast(messages as bigint) as messages,
        cast(contact_messages as bigint) as contact_messages,
        cast(rep_messages as bigint) as rep_messages,
        cast(bot_messages as bigint) as bot_messages,
        cast(live_messages as bigint) as live_messages,
        cast(system_messages as bigint) as system_messages,
        cast(failed_messages as bigint) as failed_messages,
        cast(messages + failed_messages as bigint) as tried_messages,
        cast(failed_messages as double) / nullif(cast(messages + failed_messages as double), 0) as failure_rate,
        {{ wilson_low('cast(failed_messages as bigint)', 'cast(messages + failed_messages as bigint)') | indent(8) }} as rate_low,
        {{ wilson_high('cast(failed_messages as bigint)', 'cast(messages + failed_messages as bigint)') | indent(8) }} as rate_high,
        {{ is_few('messages + failed_messages') }} as is_small
    from counted

)

select * from final
