-- Grain: one row per row of the seed messaging_rules (rule and channel) and period (grain `all` too) in which there is something to check.
-- Mind: no row says that anybody complies: what is not seen here may be so in what the data do not hold, consent above all. What is first sent in a
-- conversation in which the contact has not written counts for quiet hours; what is sent after an opt-out counts until the contact writes again.
-- conversation_messages is read once per use, and not through a CTE, of which a copy would be made.

{%- set settings = sending_settings() %}
{%- set base = "'" ~ kpi_base_grain() ~ "'" %}
{%- set zones = settings.zones %}

with

rules as (

    select * from {{ ref('messaging_rules') }}
    where {{ 'true' if settings.is_on else 'false' }}

),

opt_outs_given as (

    select * from {{ ref('stg_opt_outs') }}

),

channels as (

    select * from {{ ref('map_channels') }}

),

dates as (

    select * from {{ ref('calendar_dates') }}

),

opt_out_rates as (

    select * from {{ ref('opt_out_rates') }}

),

message_volumes as (

    select * from {{ ref('message_volumes') }}

),

-- whole business days since the first date
business_days as (

    select
        dates.calendar_date,
        sum(case when dates.weekday <= 5 and holidays.holiday_date is null then 1 else 0 end) over (
            order by dates.calendar_date rows between unbounded preceding and current row
        ) as days_so_far
    from dates
    left join {{ ref('map_holidays') }} as holidays
        on
            dates.calendar_date = holidays.holiday_date
            and holidays.calendar = {{ setting_business_calendar() }}

),

unasked as (

    select
        messages.channel,
        messages.sent_at,
        case conversations.territory
            when '' then cast(null as timestamp)
            {%- for each in zones %}
            when {{ string_literal(each.territory) }} then {{ utc_to_local('messages.sent_at', string_literal(each.zone)) }}
            {%- endfor %}
        end as contact_local
    from {{ ref('conversation_messages') }} as messages
    inner join {{ ref('conversations') }} as conversations
        on messages.conversation_id = conversations.conversation_id
    where
        messages.message_role = 'message'
        and messages.direction = 'outbound'
        and (conversations.first_inbound_at is null or conversations.first_inbound_at > messages.sent_at)

),

hours as (

    select
        rules.rule,
        rules.channel,
        {{ cell_date(base, 'unasked.sent_at') | indent(8) }} as cell_date,
        cast(count(unasked.contact_local) as bigint) as checked,
        cast(count(*) - count(unasked.contact_local) as bigint) as unknown,
        cast(sum(
            case
                when extract(hour from unasked.contact_local) * 60 + extract(minute from unasked.contact_local) < rules.from_hour * 60
                    or extract(hour from unasked.contact_local) * 60 + extract(minute from unasked.contact_local) >= rules.until_hour * 60
                    then 1
                else 0
            end
        ) as bigint) as found,
        cast(null as bigint) as days_taken
    from unasked
    inner join rules
        on
            rules.kind = 'quiet_hours'
            and unasked.channel = rules.channel
    group by
        rules.rule,
        rules.channel,
        {{ cell_date(base, 'unasked.sent_at') | indent(8) }}

),

told as (

    select
        contact_id,
        channel,
        sent_at as opted_out_at
    from {{ ref('conversation_messages') }}
    where
        non_reply_kind = 'opt_out'
        and sender = 'contact'
        and message_role = 'message'

    union

    select
        opt_outs_given.contact_id,
        coalesce(channels.channel, opt_outs_given.channel) as channel,
        opt_outs_given.opted_out_at
    from opt_outs_given
    left join channels
        on opt_outs_given.channel = channels.raw_channel

),

-- a STOP and the row that notes it are one: the first of a contact, channel and day
opt_outs as (

    select
        contact_id,
        channel,
        min(opted_out_at) as opted_out_at
    from told
    group by
        contact_id,
        channel,
        {{ local_day('opted_out_at') }}

),

-- an opt-out without a channel is one of every channel; it ends where the contact writes again
ended as (

    select
        rules.rule,
        rules.kind,
        rules.channel,
        rules.limit_value,
        opt_outs.contact_id,
        opt_outs.opted_out_at,
        min(messages.sent_at) as written_at
    from opt_outs
    inner join rules
        on
            rules.kind in ('after_opt_out', 'honour_days')
            and (opt_outs.channel is null or opt_outs.channel = rules.channel)
    left join {{ ref('conversation_messages') }} as messages
        on
            opt_outs.contact_id = messages.contact_id
            and messages.sender = 'contact'
            and messages.message_role = 'message'
            and messages.non_reply_kind is distinct from 'opt_out'
            and messages.sent_at > opt_outs.opted_out_at
    group by
        rules.rule,
        rules.kind,
        rules.channel,
        rules.limit_value,
        opt_outs.contact_id,
        opt_outs.opted_out_at

),

followed as (

    select
        ended.rule,
        ended.kind,
        ended.channel,
        ended.limit_value,
        ended.contact_id,
        ended.opted_out_at,
        max(sent.sent_at) as last_sent_at
    from ended
    left join {{ ref('conversation_messages') }} as sent
        on
            ended.contact_id = sent.contact_id
            and sent.message_role = 'message'
            and sent.direction = 'outbound'
            and ended.channel = sent.channel
            and sent.sent_at > ended.opted_out_at + case when ended.kind = 'after_opt_out' then ended.limit_value else 5 end * interval '1' minute
            and (ended.written_at is null or sent.sent_at < ended.written_at)
    group by
        ended.rule,
        ended.kind,
        ended.channel,
        ended.limit_value,
        ended.contact_id,
        ended.opted_out_at

),

timed as (

    select
        followed.*,
        last_days.days_so_far - first_days.days_so_far as days_taken
    from followed
    left join business_days as first_days
        on {{ local_day('followed.opted_out_at') }} = first_days.calendar_date
    left join business_days as last_days
        on {{ local_day('followed.last_sent_at') }} = last_days.calendar_date

),

facts as (

    select * from hours

    union all

    select
        rule,
        channel,
        {{ cell_date(base, 'opted_out_at') | indent(8) }} as cell_date,
        1 as checked,
        0 as unknown,
        case
            when last_sent_at is null then 0
            when kind = 'after_opt_out' then 1
            when days_taken > limit_value then 1
            else 0
        end as found,
        cast(days_taken as bigint) as days_taken
    from timed

),

grains as (

    {{ grain_rows() | indent(4) }}

),

counted as (

    select
        facts.rule,
        facts.channel,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'facts.cell_date') | indent(8) }} as period_start,
        cast(sum(facts.checked) as bigint) as checked,
        cast(sum(facts.unknown) as bigint) as unknown,
        cast(sum(facts.found) as bigint) as found,
        max(facts.days_taken) as longest_days
    from facts
    cross join grains
    group by
        facts.rule,
        facts.channel,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'facts.cell_date') | indent(8) }}

    {%- for kind, table, checked, found, condition in [
        ('opt_out_share', 'opt_out_rates', 'contacts', 'opted_out', "opt_out_rates.cut_by = 'channel' and opt_out_rates.cut_value = rules.channel"),
        (
            'failure_share', 'message_volumes', 'tried_messages', 'failed_messages',
            "message_volumes.channel = rules.channel and message_volumes.direction = 'outbound' and message_volumes.tried_messages > 0",
        ),
    ] %}

    union all

    select
        rules.rule,
        rules.channel,
        {{ table }}.period_grain,
        {{ table }}.period_start,
        {{ table }}.{{ checked }} as checked,
        0 as unknown,
        {{ table }}.{{ found }} as found,
        cast(null as bigint) as longest_days
    from {{ table }}
    inner join rules
        on
            rules.kind = '{{ kind }}'
            and {{ condition }}
    {%- endfor %}

    union all

    select
        rules.rule,
        rules.channel,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'touches.touch_date') | indent(8) }} as period_start,
        count(distinct case when touches.consent_source is not null then touches.contact_id end) as checked,
        count(distinct case when touches.consent_source is null then touches.contact_id end) as unknown,
        count(distinct case when touches.consent_source = 'none' then touches.contact_id end) as found,
        cast(null as bigint) as longest_days
    from {{ ref('contact_touches') }} as touches
    inner join rules
        on
            rules.kind = 'without_consent'
            and touches.channel = rules.channel
    cross join grains
    group by
        rules.rule,
        rules.channel,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'touches.touch_date') | indent(8) }}

),

final as (

    select
        md5({{ joined_parts(['counted.rule', 'counted.channel', 'counted.period_grain', 'cast(counted.period_start as varchar)']) }}) as check_id,
        counted.rule,
        rules.kind,
        counted.channel,
        counted.period_grain,
        counted.period_start,
        cast(counted.checked as bigint) as checked,
        cast(counted.found as bigint) as found,
        counted.found / nullif(cast(counted.checked as double), 0) as found_share,
        {{ wilson_low('counted.found', 'counted.checked') | indent(8) }} as share_low,
        {{ wilson_high('counted.found', 'counted.checked') | indent(8) }} as share_high,
        cast(counted.unknown as bigint) as unknown,
        counted.longest_days,
        rules.limit_value,
        case
            when counted.checked = 0 then 'not_instrumented'
            when rules.kind in ('quiet_hours', 'after_opt_out', 'honour_days', 'without_consent') and counted.found > 0 then 'seen'
            when rules.kind in ('quiet_hours', 'after_opt_out', 'honour_days', 'without_consent') then 'not_seen'
            when {{ is_few('counted.checked') }} then 'too_few'
            when counted.found >= rules.limit_value * counted.checked then 'beyond'
            else 'below'
        end as signal,
        {{ is_few('counted.checked') }} as is_small,
        rules.source,
        rules.source_date
    from counted
    inner join rules
        on
            counted.rule = rules.rule
            and counted.channel = rules.channel

)

select * from final
