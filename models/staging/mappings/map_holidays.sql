-- Grain: one row per calendar and day.
-- Mind: the day is one of the calendar's own zone, not of UTC. Of two names for one day the least is shown.
with

holidays as (

    select * from {{ ref('holidays') }}

),

final as (

    select
        {{ as_code('calendar') }} as calendar,
        cast(holiday_date as date) as holiday_date,
        min({{ as_text('name') }}) as name
    from holidays
    where
        {{ as_code('calendar') }} is not null
        and holiday_date is not null
    group by
        {{ as_code('calendar') }},
        cast(holiday_date as date)

)

select * from final
