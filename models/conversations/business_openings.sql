-- Grain: one row per row of business_hours (of the calendar in use) and local date on which it opens;
-- holidays are left out.
-- Mind: is_inside_dst_change marks an opening or closing time that on that date did not happen, or happened
-- twice. An assertion refuses it; here it is read with the offset that held before the change.

with hours as (

    select * from {{ ref('map_business_hours') }}

),

holidays as (

    select * from {{ ref('map_holidays') }}

),

dates as (

    select * from {{ ref('calendar_dates') }}

),

clock as (

    select distinct
        cast(weekday as bigint) as weekday,
        timezone,
        {{ clock_seconds('opens') }} as opens_seconds,
        {{ clock_seconds('closes') }} as closes_seconds
    from hours
    where calendar = {{ setting_business_calendar() }}

),

free_dates as (

    select distinct holiday_date
    from holidays
    where calendar = {{ setting_business_calendar() }}

),

local_openings as (

    select
        dates.calendar_date as local_date,
        clock.timezone,
        cast(dates.calendar_date as timestamp) + clock.opens_seconds * interval '1' second as opens_local,
        cast(dates.calendar_date as timestamp) + clock.closes_seconds * interval '1' second as closes_local
    from clock
    inner join dates
        on clock.weekday = dates.weekday
    left join free_dates
        on dates.calendar_date = free_dates.holiday_date
    where
        free_dates.holiday_date is null
        and clock.timezone is not null
        and clock.opens_seconds < clock.closes_seconds

),

-- The instant by the offset of a day before and of a day after: two only around a change.
candidates as (

    select
        *,
        {{ local_to_utc_by_offset('opens_local', 'timezone', '-') }} as opens_before,
        {{ local_to_utc_by_offset('opens_local', 'timezone', '+') }} as opens_after,
        {{ local_to_utc_by_offset('closes_local', 'timezone', '-') }} as closes_before,
        {{ local_to_utc_by_offset('closes_local', 'timezone', '+') }} as closes_after
    from local_openings

),

-- An instant stands when the zone's clock shows the local time at it.
checked as (

    select
        *,
        {{ utc_to_local('opens_before', 'timezone') }} = opens_local as is_opens_before,
        {{ utc_to_local('opens_after', 'timezone') }} = opens_local as is_opens_after,
        {{ utc_to_local('closes_before', 'timezone') }} = closes_local as is_closes_before,
        {{ utc_to_local('closes_after', 'timezone') }} = closes_local as is_closes_after
    from candidates

),

-- Around a change exactly one instant stands for an honest local time; none or both for one inside it.
final as (

    select
        local_date,
        timezone,
        opens_local,
        closes_local,
        case when is_opens_after and not is_opens_before then opens_after else opens_before end as opens_at,
        case when is_closes_after and not is_closes_before then closes_after else closes_before end as closes_at,
        (opens_before <> opens_after and is_opens_before = is_opens_after)
        or (closes_before <> closes_after and is_closes_before = is_closes_after) as is_inside_dst_change
    from checked

)

select * from final
