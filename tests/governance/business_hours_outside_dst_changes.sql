-- An opening or closing time of the calendar in use does not lie inside a change of the clock, where it did not
-- happen or happened twice. Move it, or make the date a holiday. A row here is such an opening.
{{ config(meta={'what_to_do': 'move the opening or closing time in seeds/business_hours.csv out of the hour in which the clock changes, or add the date to seeds/holidays.csv'}) }}

select
    local_date,
    timezone,
    opens_local,
    closes_local
from {{ ref('business_openings') }}
where is_inside_dst_change
