-- Grain: one row per calendar, weekday, opening and closing time.
-- Mind: opens and closes stay text, a time of day on the wall clock of `timezone`; 24:00 is midnight at the day's end.
with

business_hours as (

    select * from {{ ref('business_hours') }}

),

final as (

    select distinct
        {{ as_code('calendar') }} as calendar,
        cast(weekday as bigint) as weekday,
        {{ trim_white('cast(opens as varchar)') }} as opens,
        {{ trim_white('cast(closes as varchar)') }} as closes,
        {{ trim_white('cast(timezone as varchar)') }} as timezone
    from business_hours
    where {{ as_code('calendar') }} is not null

)

select * from final
