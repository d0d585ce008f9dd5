-- Grain: one row per row of business_hours (of a calendar in use) and local date on which it opens; holidays are left out.
-- Mind: hours that close at or before they open close on the next day, and are those of the date on which they open: a holiday closes what
-- opens on it. is_inside_dst_change marks an opening or closing time that on that date did not happen, or happened twice. An assertion refuses
-- it; here it is read with the offset that held before the change.

with

hours as (

    select * from {{ ref('map_business_hours') }}

),

holidays as (

    select * from {{ ref('map_holidays') }}

),

dates as (

    select * from {{ ref('calendar_dates') }}

),

zone_offsets as (

    select * from {{ ref('map_zone_offsets') }}

),

clock as (

    select distinct
        calendar,
        cast(weekday as bigint) as weekday,
        timezone,
        {{ clock_seconds('opens') }} as opens_seconds,
        {{ clock_seconds('closes') }} as closes_seconds
    from hours
    where calendar in ({{ string_list(business_calendars().names) }})

),

free_dates as (

    select distinct
        calendar,
        holiday_date
    from holidays

),

local_openings as (

    select
        clock.calendar,
        dates.calendar_date as local_date,
        clock.timezone,
        cast(dates.calendar_date as timestamp) + clock.opens_seconds * interval '1' second as opens_local,
        cast(dates.calendar_date as timestamp)
        + (case when clock.closes_seconds > clock.opens_seconds then 0 else 86400 end + clock.closes_seconds) * interval '1' second
            as closes_local
    from clock
    inner join dates
        on clock.weekday = dates.weekday
    left join free_dates
        on
            clock.calendar = free_dates.calendar
            and dates.calendar_date = free_dates.holiday_date
    where
        free_dates.holiday_date is null
        and clock.timezone is not null
        and clock.opens_seconds is not null
        and clock.closes_seconds is not null

),

local_times as (

    select
        timezone,
        opens_local as local_at
    from local_openings

    union

    select
        timezone,
        closes_local as local_at
    from local_openings

),

-- The instant by every offset of the zone that holds at it, or held until less than a day before: the clock has not been moved by more.
candidates as (

    select
        local_times.timezone,
        local_times.local_at,
        local_times.local_at - zone_offsets.offset_seconds * interval '1' second as instant,
        zone_offsets.ends_at
    from local_times
    inner join zone_offsets
        on
            local_times.timezone = zone_offsets.zone
            and local_times.local_at - zone_offsets.offset_seconds * interval '1' second >= zone_offsets.starts_at
            and local_times.local_at - zone_offsets.offset_seconds * interval '1' second < zone_offsets.ends_at + interval '1' day

),

-- An honest local time is shown by the clock at one instant; one inside a change at none or at two.
instants as (

    select
        timezone,
        local_at,
        coalesce(min(case when instant < ends_at then instant end), min(instant)) as instant,
        count(case when instant < ends_at then instant end) <> 1 as is_inside_dst_change
    from candidates
    group by
        timezone,
        local_at

),

final as (

    select
        local_openings.calendar,
        local_openings.local_date,
        local_openings.timezone,
        local_openings.opens_local,
        local_openings.closes_local,
        openings.instant as opens_at,
        closings.instant as closes_at,
        openings.is_inside_dst_change or closings.is_inside_dst_change as is_inside_dst_change
    from local_openings
    inner join instants as openings
        on
            local_openings.timezone = openings.timezone
            and local_openings.opens_local = openings.local_at
    inner join instants as closings
        on
            local_openings.timezone = closings.timezone
            and local_openings.closes_local = closings.local_at

)

select * from final
