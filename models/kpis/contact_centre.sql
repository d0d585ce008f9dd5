-- Grain: one row per period (grain `all` too), and per team in it; rows of cut_by `all` hold every team.
-- Mind: times are of rep_states, each in the period in which its state began; calls and waits are of the messages. What the data do not record is
-- null and named in not_instrumented, and not 0. A shift of the rosters counts where it begins, once it is over; of one in which nothing was
-- recorded nothing was kept. How long a caller waits before an answer is recorded by no input.

{%- set settings = centre_settings() %}
{%- set kinds = ['available', 'talk', 'hold', 'after_call', 'transfer', 'other'] %}
{%- set sums = ['scheduled_micros', 'kept_micros', 'handled_calls', 'service_waits', 'served_in_time', 'rostered_micros', 'roster_kept_micros'] %}
{%- set service_us = (settings.service_seconds | float * 1000000) | round | int %}
{%- set base = "'" ~ kpi_base_grain() ~ "'" %}

with

spans as (

    select * from {{ ref('rep_spans') }}

),

openings as (

    select * from {{ ref('business_openings') }}
    where calendar = {{ setting_business_calendar() }}

),

rep_periods as (

    select * from {{ ref('rep_periods') }}

),

waits as (

    select * from {{ ref('waits') }}

),

clocks as (

    select as_of from {{ ref('clocks') }}

),

known as (

    select
        count(*) as spans,
        {%- for kind in kinds %}
        sum(case when state_kind = '{{ kind }}' then 1 else 0 end) as {{ kind }}_spans{% if not loop.last %},{% endif %}
        {%- endfor %}
    from spans

),

shifts as (

    select
        rep_id,
        min(team) as team,
        {{ local_day('started_at') }} as shift_date,
        min(started_at) as started_at,
        sum(case when state_kind in ('available', 'talk', 'hold', 'after_call', 'transfer') then open_micros else 0 end) as kept_micros
    from spans
    group by
        rep_id,
        {{ local_day('started_at') }}

),

opened as (

    select
        {{ local_day('openings.opens_at') }} as open_date,
        sum({{ epoch_micros('openings.closes_at') }} - {{ epoch_micros('openings.opens_at') }}) as open_micros
    from openings
    cross join clocks
    where openings.closes_at <= clocks.as_of
    group by {{ local_day('openings.opens_at') }}

),

rostered as (

    select
        rosters.rep_id,
        rosters.starts_at,
        rosters.ends_at,
        coalesce(rep_periods.team, 'unknown') as team
    from {{ ref('stg_rosters') }} as rosters
    cross join clocks
    left join rep_periods
        on
            rosters.rep_id = rep_periods.rep_id
            and rosters.starts_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or rosters.starts_at < rep_periods.ends_at)
    where
        rosters.ends_at > rosters.starts_at
        and rosters.ends_at <= clocks.as_of
        and {{ 'true' if settings.is_on else 'false' }}

),

roster_shifts as (

    select
        rostered.rep_id,
        rostered.starts_at,
        min(rostered.team) as team,
        min({{ epoch_micros('rostered.ends_at') }} - {{ epoch_micros('rostered.starts_at') }}) as rostered_micros,
        sum(case
            when spans.rep_id is null then 0
            else {{ epoch_micros('least(spans.ended_at, rostered.ends_at)') }} - {{ epoch_micros('greatest(spans.started_at, rostered.starts_at)') }}
        end) as there_micros
    from rostered
    left join spans
        on
            rostered.rep_id = spans.rep_id
            and spans.state_kind in ('available', 'talk', 'hold', 'after_call', 'transfer')
            and spans.started_at < rostered.ends_at
            and spans.ended_at > rostered.starts_at
    group by
        rostered.rep_id,
        rostered.starts_at

),

days as (

    select
        {{ cell_date(base, 'started_at') | indent(8) }} as cell_date,
        team,
        rep_id,
        state_kind,
        micros,
        1 as state_count,
        {%- for each in sums %}
        0 as {{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from spans

    union all

    select
        {{ cell_date(base, 'shifts.started_at') | indent(8) }} as cell_date,
        shifts.team,
        shifts.rep_id,
        'shift' as state_kind,
        0 as micros,
        0 as state_count,
        {%- set own = {'scheduled_micros': 'opened.open_micros', 'kept_micros': 'least(shifts.kept_micros, opened.open_micros)'} %}
        {%- for each in sums %}
        {{ own.get(each, 0) }} as {{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from shifts
    inner join opened
        on shifts.shift_date = opened.open_date

    union all

    select
        {{ cell_date(base, 'starts_at') | indent(8) }} as cell_date,
        team,
        rep_id,
        'roster' as state_kind,
        0 as micros,
        0 as state_count,
        {%- set own = {'rostered_micros': 'rostered_micros', 'roster_kept_micros': 'least(there_micros, rostered_micros)'} %}
        {%- for each in sums %}
        {{ own.get(each, 0) }} as {{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from roster_shifts

    union all

    select
        {{ cell_date(base, 'calls.sent_at') | indent(8) }} as cell_date,
        coalesce(rep_periods.team, 'unknown') as team,
        cast(null as varchar) as rep_id,
        'call' as state_kind,
        0 as micros,
        0 as state_count,
        {%- set own = {'handled_calls': 1} %}
        {%- for each in sums %}
        {{ own.get(each, 0) }} as {{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from (
        select
            rep_id,
            sent_at
        from {{ ref('stg_messages') }}
        where
            {{ is_spoken() }}
            and {{ is_live() }}
            and rep_id is not null
    ) as calls
    left join rep_periods
        on
            calls.rep_id = rep_periods.rep_id
            and calls.sent_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or calls.sent_at < rep_periods.ends_at)
    where {{ 'true' if settings.is_on else 'false' }}

    union all

    select
        {{ cell_date(base, 'waits.opened_at') | indent(8) }} as cell_date,
        '' as team,
        cast(null as varchar) as rep_id,
        'wait' as state_kind,
        0 as micros,
        0 as state_count,
        {%- set own = {'service_waits': 1, 'served_in_time': 'case when waits.wait_micros <= ' ~ service_us ~ ' then 1 else 0 end'} %}
        {%- for each in sums %}
        {{ own.get(each, 0) }} as {{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from waits
    cross join clocks
    where
        (waits.wait_micros is not null or {{ epoch_micros('clocks.as_of') }} - {{ epoch_micros('waits.opened_at') }} > {{ service_us }})
        and {{ 'true' if settings.is_on else 'false' }}

),

calls_of_contacts as (

    select
        cell_date,
        sum(answered_calls) as answered_calls,
        sum(abandoned_calls) as abandoned_calls
    from {{ ref('inbound_calls') }}
    where {{ 'true' if settings.is_on else 'false' }}
    group by cell_date

),

grains as (

    {{ grain_rows() | indent(4) }}

),

placed as (

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'days.cell_date') | indent(8) }} as period_start,
        days.*
    from days
    cross join grains

),

counted as (

    select
        period_grain,
        period_start,
        team,
        count(distinct case when state_count > 0 then rep_id end) as reps,
        {%- for kind in kinds %}
        sum(case when state_kind = '{{ kind }}' then micros else 0 end) as {{ kind }}_micros,
        {%- endfor %}
        {%- for kind in ['hold', 'transfer'] %}
        sum(case when state_kind = '{{ kind }}' then state_count else 0 end) as {{ kind }}_count,
        {%- endfor %}
        {%- for each in sums %}
        sum({{ each }}) as {{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from placed
    group by grouping sets (
        (period_grain, period_start),
        (period_grain, period_start, team)
    )

),

called as (

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'calls_of_contacts.cell_date') | indent(8) }} as period_start,
        sum(calls_of_contacts.answered_calls) as answered_calls,
        sum(calls_of_contacts.abandoned_calls) as abandoned_calls
    from calls_of_contacts
    cross join grains
    group by
        grains.period_grain,
        {{ period_start('grains.period_grain', 'calls_of_contacts.cell_date') | indent(8) }}

),

measured as (

    select
        counted.*,
        case when counted.team is null then 'all' else 'team' end as cut_by,
        counted.talk_micros + counted.hold_micros + counted.transfer_micros + counted.after_call_micros as handling_micros,
        called.answered_calls,
        called.abandoned_calls,
        known.spans,
        known.hold_spans,
        known.transfer_spans,
        known.after_call_spans,
        known.talk_spans,
        known_rosters.roster_count
    from counted
    cross join known
    cross join (select count(*) as roster_count from rostered) as known_rosters
    left join called
        on
            counted.period_grain = called.period_grain
            and counted.period_start is not distinct from called.period_start
            and counted.team is null
    where counted.team is null or counted.team <> ''

),

final as (

    select
        md5({{ joined_parts(['period_grain', 'cast(period_start as varchar)', 'cut_by', 'team']) }}) as centre_id,
        period_grain,
        period_start,
        cut_by,
        team as cut_value,
        cast(case when spans > 0 then reps end as bigint) as reps,
        {%- for kind, seen in [('available', 'spans'), ('talk', 'talk_spans'), ('hold', 'hold_spans'), ('transfer', 'transfer_spans'), ('after_call', 'after_call_spans'), ('other', 'spans')] %}
        case when {{ seen }} > 0 then {{ kind }}_micros / 1e6 end as {{ kind }}_seconds,
        {%- endfor %}
        case when talk_spans > 0 then handling_micros / nullif(cast(handling_micros + available_micros as double), 0) end as occupancy,
        cast(handled_calls as bigint) as handled_calls,
        case when talk_spans > 0 then handling_micros / nullif(cast(handled_calls as double), 0) / 1e6 end as handling_seconds_per_call,
        case when after_call_spans > 0 then after_call_micros / nullif(cast(handled_calls as double), 0) / 1e6 end as after_call_seconds_per_call,
        case when hold_spans > 0 then hold_count / nullif(cast(handled_calls as double), 0) end as holds_per_call,
        case when transfer_spans > 0 then transfer_count / nullif(cast(handled_calls as double), 0) end as transfers_per_call,
        case when scheduled_micros > 0 then scheduled_micros / 1e6 end as scheduled_seconds,
        case when scheduled_micros > 0 then kept_micros / 1e6 end as kept_seconds,
        kept_micros / nullif(cast(scheduled_micros as double), 0) as adherence,
        case when rostered_micros > 0 then rostered_micros / 1e6 end as rostered_seconds,
        case when rostered_micros > 0 and spans > 0 then roster_kept_micros / 1e6 end as roster_kept_seconds,
        case when spans > 0 then roster_kept_micros / nullif(cast(rostered_micros as double), 0) end as roster_adherence,
        cast(answered_calls as bigint) as answered_calls,
        cast(abandoned_calls as bigint) as abandoned_calls,
        abandoned_calls / nullif(cast(answered_calls + abandoned_calls as double), 0) as abandonment,
        cast(case when cut_by = 'all' then service_waits end as bigint) as service_waits,
        cast(case when cut_by = 'all' then served_in_time end as bigint) as served_in_time,
        case when cut_by = 'all' then served_in_time / nullif(cast(service_waits as double), 0) end as service_level,
        {%- for side in ['low', 'high'] %}
        case when cut_by = 'all' then {{ wilson_limit('served_in_time', 'service_waits', side) | indent(8) }} end as service_level_{{ side }},
        {%- endfor %}
        case when spans = 0 then 'states of reps, ' else '' end
        || case when spans > 0 and talk_spans = 0 then 'talk, ' else '' end
        || case when spans > 0 and hold_spans = 0 then 'hold, ' else '' end
        || case when spans > 0 and transfer_spans = 0 then 'transfer, ' else '' end
        || case when spans > 0 and after_call_spans = 0 then 'after call, ' else '' end
        || case when roster_count = 0 then 'rosters, ' else '' end
        || 'waits of callers' as not_instrumented,
        {{ is_few('handled_calls') }} as is_small
    from measured

)

select * from final
