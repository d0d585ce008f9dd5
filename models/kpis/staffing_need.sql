-- Grain: one row per weekday and quarter of an hour, in the zone of the rates, in which a contact called in the last weeks before as_of.
-- Mind: Erlang C takes it that nobody hangs up and that calls come at random at an even pace within the quarter; where people hang up it asks for
-- more agents than are needed. It knows calls alone: who writes while others call needs people of their own.

{%- set settings = centre_settings() %}
{%- set days = 7 * settings.weeks %}

with recursive

calls as (

    select
        message_id,
        sent_at
    from {{ ref('stg_messages') }}
    where
        {{ is_spoken() }}
        and is_live_channel
        and direction = 'inbound'

),

centre as (

    select handling_seconds_per_call
    from {{ ref('contact_centre') }}
    where
        period_grain = 'all'
        and cut_by = 'all'

),

spans as (

    select * from {{ ref('rep_spans') }}

),

clocks as (

    select as_of from {{ ref('clocks') }}

),

-- whole days: the last one that is over is the last of the weeks
span as (

    select
        {{ local_day('as_of') }} - {{ days }} as first_date,
        {{ local_day('as_of') }} as end_date
    from clocks

),

digits as (

    {% call(digit, number) union_of(range(10)) -%}
    select {{ digit }} as digit
    {%- endcall %}

),

numbers as (

    select ones.digit + 10 * tens.digit + 100 * hundreds.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds

),

called as (

    select
        {{ weekday_of(local_time('calls.sent_at')) }} as weekday,
        cast(extract(hour from {{ local_time('calls.sent_at') }}) as bigint) * 4
        + cast(floor(extract(minute from {{ local_time('calls.sent_at') }}) / 15) as bigint) as quarter,
        count(*) as calls
    from calls
    cross join span
    where
        {{ local_day('calls.sent_at') }} >= span.first_date
        and {{ local_day('calls.sent_at') }} < span.end_date
        and {{ 'true' if settings.is_on else 'false' }}
    group by
        {{ weekday_of(local_time('calls.sent_at')) }},
        cast(extract(hour from {{ local_time('calls.sent_at') }}) as bigint) * 4
        + cast(floor(extract(minute from {{ local_time('calls.sent_at') }}) / 15) as bigint)

),

-- people are counted in the middle of each quarter of an hour of these weeks, and of a day to each side for other zones
instants as (

    select cast(span.first_date as timestamp) + ((days.number - 1) * 1440 + quarters.number * 15 + 7) * interval '1' minute as instant
    from span
    cross join numbers as days
    cross join numbers as quarters
    where
        days.number < {{ days }} + 2
        and quarters.number < 96
        and {{ 'true' if settings.is_on else 'false' }}

),

marks as (

    select
        1 as mark_kind,
        started_at as marked_at,
        1 as people
    from spans
    where state_kind <> 'other'

    union all

    select
        0 as mark_kind,
        ended_at as marked_at,
        -1 as people
    from spans
    where state_kind <> 'other'

    union all

    select
        2 as mark_kind,
        instant as marked_at,
        0 as people
    from instants

),

gathered as (

    select
        marked_at,
        mark_kind,
        sum(people) as people
    from marks
    group by
        marked_at,
        mark_kind

),

swept as (

    select
        marked_at,
        mark_kind,
        sum(people) over (order by marked_at, mark_kind rows between unbounded preceding and current row) as people
    from gathered

),

manned as (

    select
        {{ weekday_of(local_time('swept.marked_at')) }} as weekday,
        cast(extract(hour from {{ local_time('swept.marked_at') }}) as bigint) * 4
        + cast(floor(extract(minute from {{ local_time('swept.marked_at') }}) / 15) as bigint) as quarter,
        sum(swept.people) / cast({{ settings.weeks }} as double) as people
    from swept
    cross join span
    where
        swept.mark_kind = 2
        and {{ local_day('swept.marked_at') }} >= span.first_date
        and {{ local_day('swept.marked_at') }} < span.end_date
    group by
        {{ weekday_of(local_time('swept.marked_at')) }},
        cast(extract(hour from {{ local_time('swept.marked_at') }}) as bigint) * 4
        + cast(floor(extract(minute from {{ local_time('swept.marked_at') }}) / 15) as bigint)

),

loaded as (

    select
        called.weekday * 96 + called.quarter as need_key,
        called.weekday,
        called.quarter,
        called.calls,
        centre.handling_seconds_per_call,
        called.calls / cast({{ settings.weeks }} as double) * centre.handling_seconds_per_call / 900 as offered_load,
        {{ settings.service_seconds }} / centre.handling_seconds_per_call as patience
    from called
    left join centre
        on centre.handling_seconds_per_call > 0

),

{{ erlang_c_agents('needed', 'loaded', 'need_key', 'offered_load', 'patience', settings.service_level) }},

known as (

    select count(*) as spans
    from spans

),

final as (

    select
        cast(loaded.weekday as bigint) as weekday,
        cast(loaded.quarter * 15 as bigint) as minute_of_day,
        cast(loaded.calls as bigint) as calls,
        loaded.calls / cast({{ settings.weeks }} as double) as calls_each,
        loaded.handling_seconds_per_call,
        loaded.offered_load,
        needed.agents as agents_needed,
        cast(ceil({{ nine_places('needed.agents / (1 - ' ~ settings.shrinkage ~ 'e0)') }}) as bigint) as agents_scheduled,
        {{ nine_places('needed.wait_chance') }} as wait_chance,
        {{ nine_places('needed.served_share') }} as service_level,
        {{ nine_places('needed.wait_chance * loaded.handling_seconds_per_call / (needed.agents - needed.load)') }} as mean_wait_seconds,
        needed.load / needed.agents as occupancy,
        case when known.spans > 0 then coalesce(manned.people, 0e0) end as people_there,
        case
            when needed.agents is null or known.spans = 0 then 'not_instrumented'
            when coalesce(manned.people, 0e0) < needed.agents then 'short'
            else 'enough'
        end as signal,
        {{ is_few('loaded.calls') }} as is_small
    from loaded
    cross join known
    left join needed
        on loaded.need_key = needed.need_key
    left join manned
        on
            loaded.weekday = manned.weekday
            and loaded.quarter = manned.quarter

)

select * from final
