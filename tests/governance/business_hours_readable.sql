-- Each row of business_hours of the calendar in use has a weekday from 1 to 7, times HH:MM or HH:MM:SS of which the
-- closing one (24:00 at the latest) is the later, and a time zone. A row here would be left out of business time.

with hours as (

    select
        calendar,
        weekday,
        opens,
        closes,
        timezone,
        {{ clock_seconds('opens') }} as opens_seconds,
        {{ clock_seconds('closes') }} as closes_seconds
    from {{ ref('map_business_hours') }}
    where calendar = {{ setting_business_calendar() }}

)

select
    calendar,
    weekday,
    opens,
    closes,
    timezone
from hours
where
    weekday is null
    or weekday not between 1 and 7
    or opens_seconds is null
    or closes_seconds is null
    or opens_seconds >= closes_seconds
    or timezone is null
