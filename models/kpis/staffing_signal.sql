-- Grain: one row per period (grain `all` too), weekday and hour in which contacts began to wait, in the zone of the rates; no rows without states of reps.
-- Mind: people are counted as each wait found them when it began, by the states of `staffing_states`. More people where the waits are late is no
-- proof that they would be shorter: `signal` says which hours stand out, and whether fewer people are there than in the others.

{%- set states = staffing_states() %}
{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set limit_us = (setting_slow_follow_up_minutes() | float * 60000000) | round | int %}
{%- set alpha = '1 - ' ~ setting_confidence() %}

with

rep_states as (

    select * from {{ ref('stg_rep_states') }}

),

waits as (

    select * from {{ ref('waits') }}

),

clocks as (

    select as_of from {{ ref('clocks') }}

),

-- a rep is in one state at a time: the next one ends it at the latest
spans as (

    select
        rep_id,
        state,
        started_at,
        ended_at,
        lead(started_at) over (partition by rep_id order by started_at, state) as next_at
    from rep_states

),

there as (

    select
        rep_id,
        started_at,
        case when ended_at is null or next_at < ended_at then next_at else ended_at end as ended_at
    from spans
    where state in ({{ string_list(states) if states else "''" }})

),

-- who leaves at an instant is gone when a wait begins at it, who comes is there
marks as (

    select
        rep_id as mark_id,
        ended_at as marked_at,
        0 as mark_kind,
        -1 as people
    from there
    where ended_at is not null

    union all

    select
        rep_id as mark_id,
        started_at as marked_at,
        1 as mark_kind,
        1 as people
    from there

    union all

    select
        opening_message_id as mark_id,
        opened_at as marked_at,
        2 as mark_kind,
        0 as people
    from waits

),

counted_people as (

    select
        mark_id,
        mark_kind,
        sum(people) over (order by marked_at, mark_kind, mark_id rows between unbounded preceding and current row) as people
    from marks

),

placed as (

    select
        {{ local_time('waits.opened_at') }} as opened_local,
        counted_people.people,
        case
            when waits.wait_micros is not null then waits.wait_micros
            when {{ epoch_micros('clocks.as_of') }} - {{ epoch_micros('waits.opened_at') }} > {{ limit_us }} then {{ limit_us }} + 1
        end as length_us
    from waits
    inner join counted_people
        on
            waits.opening_message_id = counted_people.mark_id
            and counted_people.mark_kind = 2
    cross join clocks
    cross join (select count(*) as states from rep_states) as known
    where
        known.states > 0
        and {{ 'true' if states else 'false' }}

),

timed as (

    select
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'cast(opened_local as date)') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        {{ weekday_of('opened_local') }} as weekday,
        cast(extract(hour from opened_local) as bigint) as hour,
        people,
        case when people > 0 then 0 else 1 end as unattended,
        length_us
    from placed

),

counted as (

    select
        {{ period_of_grouping(grains) | indent(8) }},
        weekday,
        hour,
        count(*) as waits,
        count(length_us) as due,
        count(case when length_us > {{ limit_us }} then 1 end) as late,
        sum(people) as people,
        sum(unattended) as unattended
    from timed
    group by grouping sets (
        {%- for grain in kpi_grains() %}
        ({{ (([] if grain == 'all' else [grain ~ '_start']) + ['weekday', 'hour']) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

-- what is compared with: the other hours in which somebody is there as a rule. Nights would make every day look good
attended as (

    select
        counted.*,
        case when 2 * unattended < waits then 1 else 0 end as is_attended
    from counted

),

beside as (

    select
        attended.*,
        {%- for measure in ['waits', 'due', 'late', 'people'] %}
        sum(is_attended * {{ measure }}) over (partition by period_grain, period_start) - is_attended * {{ measure }} as rest_{{ measure }},
        {%- endfor %}
        md5({{ joined_parts(['period_grain', 'cast(period_start as varchar)', 'cast(weekday as varchar)', 'cast(hour as varchar)']) }}) as staffing_id
    from attended

),

distanced as (

    select
        beside.*,
        people / cast(waits as double) as people_each,
        rest_people / nullif(cast(rest_waits as double), 0) as rest_people_each,
        {{ two_proportion_z('late', 'due', 'rest_late', 'rest_due') | indent(8) }} as z
    from beside

),

tested as (

    select
        distanced.*,
        case when due >= {{ few() }} and rest_due >= {{ few() }} then {{ two_sided_p('z') }} end as p
    from distanced

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p', ['period_grain', 'period_start'], 'staffing_id') | indent(4) | trim }}

),

final as (

    select
        staffing_id,
        period_grain,
        period_start,
        weekday,
        hour,
        cast(waits as bigint) as waits,
        cast(due as bigint) as due,
        cast(late as bigint) as late,
        late / nullif(cast(due as double), 0) as late_rate,
        {{ wilson_low('late', 'due') | indent(8) }} as rate_low,
        {{ wilson_high('late', 'due') | indent(8) }} as rate_high,
        rest_late / nullif(cast(rest_due as double), 0) as rest_late_rate,
        people_each as people_available,
        rest_people_each as rest_people_available,
        cast(unattended as bigint) as unattended,
        adjusted_p,
        case
            when adjusted_p is null then 'too_few'
            when adjusted_p >= {{ alpha }} then 'undecided'
            when z > 0 and is_attended = 0 then 'nobody_there'
            when z > 0 and people_each < 0.9e0 * rest_people_each then 'short_staffed'
            when z > 0 then 'not_people'
            when people_each > 1.1e0 * rest_people_each then 'well_staffed'
            else 'quick_anyway'
        end as signal,
        {{ is_few('due') }} as is_small
    from adjusted

)

select * from final
