-- Each row of business_hours of a calendar in use has a weekday from 1 to 7, times HH:MM or HH:MM:SS (opening before 24:00; closing at or before
-- it means the next day), and a time zone of the seed zone_offsets. A row here would be left out of business time. A calendar that the variable
-- business_calendars names has a row.
{{ config(meta={'what_to_do': 'correct the row in seeds/business_hours.csv: weekday 1 to 7, times as HH:MM, a time zone of seeds/zone_offsets.csv'}) }}

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
    where calendar in ({{ string_list(business_calendars().names) }})

),

zones as (

    select distinct zone from {{ ref('map_zone_offsets') }}

)

select
    hours.calendar,
    hours.weekday,
    hours.opens,
    hours.closes,
    hours.timezone,
    case
        when zones.zone is null then 'timezone: correct its name, or make the seed zone_offsets anew: convsql zones'
        else 'weekday, opens, closes: 1 to 7, HH:MM'
    end as remedy
from hours
left join zones
    on hours.timezone = zones.zone
where
    hours.weekday is null
    or hours.weekday not between 1 and 7
    or hours.opens_seconds is null
    or hours.closes_seconds is null
    or hours.opens_seconds = 86400
    or zones.zone is null
{%- for each in business_calendars().assigned %}

union all

select
    {{ string_literal(each.calendar) }} as calendar,
    cast(null as bigint) as weekday,
    cast(null as varchar) as opens,
    cast(null as varchar) as closes,
    cast(null as varchar) as timezone,
    'give the calendar hours in the seed business_hours, or correct its name in business_calendars' as remedy
where not exists (select 1 from hours as own where own.calendar = {{ string_literal(each.calendar) }})
{%- endfor %}
