-- Grain: one row per calendar in use and piece of a UTC date that is wholly inside or wholly outside its hours; the pieces
-- of a date follow each other without a gap. No rows for a calendar that has no hours.
-- Mind: business time between two instants is the difference of two lookups, each `business_micros_before`
-- plus, in an open piece, the time since `starts_at`. Openings that overlap count once.

with

hours as (

    select * from {{ ref('map_business_hours') }}

),

dates as (

    select * from {{ ref('calendar_dates') }}

),

openings as (

    select distinct
        calendar,
        opens_at,
        closes_at
    from {{ ref('business_openings') }}

),

-- What an earlier opening already covers is taken off.
uncovered as (

    select
        calendar,
        opens_at,
        closes_at,
        max(closes_at) over (
            partition by calendar
            order by opens_at, closes_at
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from openings

),

stretches as (

    select
        calendar,
        case when covered_until > opens_at then covered_until else opens_at end as opens_at,
        closes_at
    from uncovered
    where
        closes_at > opens_at
        and (covered_until is null or closes_at > covered_until)

),

cut_at_midnight as (

    select
        stretches.calendar,
        dates.calendar_date as utc_date,
        greatest(stretches.opens_at, cast(dates.calendar_date as timestamp)) as starts_at,
        least(stretches.closes_at, cast(dates.calendar_date + 1 as timestamp)) as stops_at
    from stretches
    inner join dates
        on
            dates.calendar_date >= cast(stretches.opens_at as date)
            and dates.calendar_date <= cast(stretches.closes_at as date)

),

-- A calendar that is never open has 0 business seconds; one without hours has none to tell.
calendars_in_use as (

    select distinct calendar
    from hours
    where calendar in ({{ string_list(business_calendars().names) }})

),

edges as (

    select
        calendars_in_use.calendar,
        dates.calendar_date as utc_date,
        cast(dates.calendar_date as timestamp) as starts_at,
        0 as open_rank
    from dates
    cross join calendars_in_use

    union all

    select
        calendar,
        utc_date,
        starts_at,
        1 as open_rank
    from cut_at_midnight
    where stops_at > starts_at

    union all

    select
        calendar,
        utc_date,
        stops_at as starts_at,
        0 as open_rank
    from cut_at_midnight
    where
        stops_at > starts_at
        and stops_at < cast(utc_date + 1 as timestamp)

),

pieces as (

    select
        calendar,
        utc_date,
        starts_at,
        lead(starts_at, 1, cast(utc_date + 1 as timestamp)) over (
            partition by calendar, utc_date
            order by starts_at, open_rank
        ) as ends_at,
        open_rank
    from edges

),

final as (

    select
        calendar,
        utc_date,
        starts_at,
        ends_at,
        open_rank = 1 as is_open,
        cast(
            coalesce(
                sum(
                    open_rank * ({{ epoch_micros('ends_at') }} - {{ epoch_micros('starts_at') }})
                ) over (
                    partition by calendar
                    order by starts_at
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as bigint
        ) as business_micros_before
    from pieces
    where starts_at < ends_at

)

select * from final
