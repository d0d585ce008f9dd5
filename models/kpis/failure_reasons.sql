-- Grain: one row per channel, code and period (grain `all` too) in which something that we sent failed with the code; `not_given` where no code is on
-- record. No rows without the input delivery_failures.
-- Mind: a message counts once, by its last code, and only where its status says that it failed: what a carrier refused at first and took later is no
-- failure. The rows of a channel and period add up to failed_messages of message_volumes.

{%- set settings = sending_settings() %}
{%- set is_read = settings.is_on and has_input('delivery_failures') | trim != '' %}

with

failed as (

    select
        message_id,
        channel,
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'sent_at') | indent(8) }} as cell_date
    from {{ ref('conversation_messages') }}
    where
        message_role = 'failed'
        and direction = 'outbound'
        and conversation_id is not null
        and {{ 'true' if is_read else 'false' }}

),

refusals as (

    select
        message_id,
        code,
        row_number() over (partition by message_id order by failed_at desc, code) as place
    from {{ ref('stg_delivery_failures') }}

),

known_codes as (

    select
        {{ as_code('code') }} as code,
        min(category) as category,
        min(meaning) as meaning
    from {{ ref('failure_codes') }}
    group by {{ as_code('code') }}

),

message_volumes as (

    select * from {{ ref('message_volumes') }}
    where direction = 'outbound'

),

grains as (

    {{ grain_rows() | indent(4) }}

),

coded as (

    select
        failed.message_id,
        failed.channel,
        failed.cell_date,
        coalesce(refusals.code, 'not_given') as code
    from failed
    left join refusals
        on
            failed.message_id = refusals.message_id
            and refusals.place = 1

),

counted as (

    select
        coded.channel,
        coded.code,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'coded.cell_date') | indent(8) }} as period_start,
        count(*) as failed_messages
    from coded
    cross join grains
    group by
        coded.channel,
        coded.code,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'coded.cell_date') | indent(8) }}

),

final as (

    select
        md5({{ joined_parts(['counted.channel', 'counted.code', 'counted.period_grain', 'cast(counted.period_start as varchar)']) }}) as failure_id,
        counted.channel,
        counted.code,
        case when counted.code = 'not_given' then 'not_given' else coalesce(known_codes.category, 'unknown') end as category,
        known_codes.meaning,
        counted.period_grain,
        counted.period_start,
        message_volumes.tried_messages,
        cast(counted.failed_messages as bigint) as failed_messages,
        counted.failed_messages / cast(message_volumes.failed_messages as double) as share_of_failed,
        counted.failed_messages / cast(message_volumes.tried_messages as double) as failure_share,
        {{ wilson_low('counted.failed_messages', 'message_volumes.tried_messages') | indent(8) }} as share_low,
        {{ wilson_high('counted.failed_messages', 'message_volumes.tried_messages') | indent(8) }} as share_high,
        {{ is_few('message_volumes.tried_messages') }} as is_small
    from counted
    inner join message_volumes
        on
            counted.channel = message_volumes.channel
            and counted.period_grain = message_volumes.period_grain
            and counted.period_start is not distinct from message_volumes.period_start
    left join known_codes
        on counted.code = known_codes.code

)

select * from final
