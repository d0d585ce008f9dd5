-- Grain: one row per cohort of rate_alerts and event that touches it: a row of the seed events, a holiday of the business calendar, or an
-- operational change.
-- Mind: what happened at the same time is no cause of it. An event that names a metric touches that metric alone; one that names a value of
-- a dimension touches the series of that value, and all of a set that has no such value.

{%- set sources = event_sources() %}

with

rate_alerts as (

    select * from {{ ref('rate_alerts') }}

),

seeded as (

    select * from {{ ref('events') }}

),

holidays as (

    select * from {{ ref('map_holidays') }}

),

operational_changes as (

    select * from {{ ref('stg_operational_changes') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

-- an event without an end is of one day; ends the wrong way round are put right
given as (

    select
        'events' as event_source,
        {{ as_id('event_id') }} as event_id,
        {{ as_code('kind') }} as kind,
        least(starts_on, coalesce(ends_on, starts_on)) as starts_on,
        greatest(starts_on, coalesce(ends_on, starts_on)) as ends_on,
        {{ trim_white(as_text('segment')) }} as segment,
        {{ as_text('description') }} as description
    from seeded
    where
        {{ as_id('event_id') }} is not null
        and starts_on is not null
        and {{ 'true' if 'events' in sources else 'false' }}

    union all

    select
        'holidays' as event_source,
        cast(holiday_date as varchar) as event_id,
        'holiday' as kind,
        holiday_date as starts_on,
        holiday_date as ends_on,
        cast(null as varchar) as segment,
        name as description
    from holidays
    where
        calendar = {{ setting_business_calendar() }}
        and {{ 'true' if 'holidays' in sources else 'false' }}

    union all

    select
        'changes' as event_source,
        change_id as event_id,
        kind,
        {{ local_day('effective_at') }} as starts_on,
        {{ local_day('effective_at') }} as ends_on,
        scope as segment,
        description
    from operational_changes
    where {{ 'true' if 'changes' in sources else 'false' }}

),

metric_names as (

    select distinct metric
    from metric_definitions

),

happened as (

    select
        given.*,
        metric_names.metric as only_metric
    from given
    left join metric_names
        on given.segment = metric_names.metric

),

cohorts as (

    select
        rate_alerts.*,
        {{ period_end('cohort_grain', 'cohort_period') | indent(8) }} as period_ends_at
    from rate_alerts

),

series as (

    select
        series_id,
        metric,
        metric_version,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        min(cohort_period) as first_period,
        max(period_ends_at) as last_end
    from cohorts
    group by
        series_id,
        metric,
        metric_version,
        cohort_by
        {%- for dimension in cohort_dimensions() %},
        {{ dimension }}
        {%- endfor %}

),

named as (

    select
        series.series_id,
        series.metric,
        series.metric_version,
        series.cohort_by,
        happened.*,
        case when coalesce(happened.segment in (
            {%- for dimension in cohort_dimensions() %}
            series.{{ dimension }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        ), false) then 1 else 0 end as is_named
    from series
    inner join happened
        on
            coalesce(happened.only_metric = series.metric, true)
            and series.first_period <= happened.ends_on
            and series.last_end > cast(happened.starts_on as timestamp)

),

-- a segment that is a value of the set names some of its series; any other may touch all of them
touching as (

    select
        named.*,
        max(is_named) over (
            partition by metric, metric_version, cohort_by, event_source, event_id
        ) as names_a_series
    from named

),

met as (

    select
        touching.event_source,
        touching.event_id,
        touching.kind,
        touching.starts_on,
        touching.ends_on,
        touching.segment,
        touching.description,
        touching.only_metric is not null or touching.is_named = 1 as is_named,
        cohorts.cohort_id,
        cohorts.series_id,
        cohorts.metric,
        cohorts.metric_version,
        cohorts.cohort_grain,
        cohorts.cohort_period,
        cohorts.cohort_by,
        cohorts.matured,
        cohorts.conversion_rate,
        cohorts.signal,
        cohorts.is_small,
        {{ epoch_micros('least(cohorts.period_ends_at, cast(touching.ends_on as timestamp) + interval \'1 day\')') }}
        - {{ epoch_micros('greatest(cast(cohorts.cohort_period as timestamp), cast(touching.starts_on as timestamp))') }} as inside_us,
        {{ epoch_micros('cohorts.period_ends_at') }} - {{ epoch_micros('cast(cohorts.cohort_period as timestamp)') }} as period_us
    from cohorts
    inner join touching
        on
            cohorts.series_id = touching.series_id
            and cohorts.cohort_period <= touching.ends_on
            and cohorts.period_ends_at > cast(touching.starts_on as timestamp)
    where
        touching.is_named = 1
        or touching.names_a_series = 0

),

final as (

    select
        md5({{ joined_parts(['cohort_id', 'event_source', 'event_id']) }}) as rate_event_id,
        cohort_id,
        series_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        event_source,
        event_id,
        kind,
        starts_on,
        ends_on,
        segment,
        description,
        is_named,
        cast(floor(inside_us / 86400000000e0) as bigint) as days_inside,
        inside_us / cast(period_us as double) as period_share,
        matured,
        conversion_rate,
        signal,
        is_small
    from met

)

select * from final
