-- Grain: one row per period (grain `all` too), channel and direction; null for all channels, or both directions.
-- Mind: rows with a null hold the sum of the others: do not add them up together. Failed and system messages are beside `messages`, not in it.
-- A call that rang out or met a busy line is in `messages`: it was tried. Short abandoned calls are in neither side of call_abandonment_rate.
{%- set fates = [
    'inbound_calls', 'answered_calls', 'abandoned_calls', 'unmeasured_abandoned_calls', 'short_abandoned_calls', 'diverted_calls', 'unknown_calls'
] %}

with

message_days as (

    select * from {{ ref('message_days') }}

),

inbound_calls as (

    select * from {{ ref('inbound_calls') }}

),

-- the calls of contacts again, by what became of them
days as (

    select
        cell_date,
        channel,
        direction,
        sender,
        messages,
        live_messages,
        failed_messages,
        system_messages,
        {%- for fate in fates %}
        0 as {{ fate }}{{ ',' if not loop.last }}
        {%- endfor %}
    from message_days

    union all

    select
        cell_date,
        channel,
        'inbound' as direction,
        cast(null as varchar) as sender,
        0 as messages,
        0 as live_messages,
        0 as failed_messages,
        0 as system_messages,
        {%- for fate in fates %}
        {{ fate }}{{ ',' if not loop.last }}
        {%- endfor %}
    from inbound_calls

),

grains as (

    {{ grain_rows() | indent(4) }}

),

placed as (

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'days.cell_date') | indent(8) }} as period_start,
        days.channel,
        days.direction,
        days.sender,
        days.messages,
        days.live_messages,
        days.failed_messages,
        days.system_messages,
        {%- for fate in fates %}
        days.{{ fate }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days
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
        sum(system_messages) as system_messages,
        {%- for fate in fates %}
        sum({{ fate }}) as {{ fate }}{{ ',' if not loop.last }}
        {%- endfor %}
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
        {{ is_few('messages + failed_messages') }} as is_small,
        {%- for fate in fates %}
        cast({{ fate }} as bigint) as {{ fate }},
        {%- endfor %}
        cast(answered_calls + abandoned_calls as bigint) as answered_or_abandoned_calls,
        cast(abandoned_calls as double) / nullif(cast(answered_calls + abandoned_calls as double), 0) as call_abandonment_rate,
        {{ wilson_low('cast(abandoned_calls as bigint)', 'cast(answered_calls + abandoned_calls as bigint)') | indent(8) }} as call_abandonment_low,
        {{ wilson_high('cast(abandoned_calls as bigint)', 'cast(answered_calls + abandoned_calls as bigint)') | indent(8) }} as call_abandonment_high
    from counted

)

select * from final
