-- The seed zone_offsets tells of the whole time of the messages, in each zone of business_hours in use whose clock is ever changed. Where a
-- row stands here run `convsql zones` with other years.

with spans as (

    select
        min(opens_at) as first_at,
        max(closes_at) as last_at,
        timezone
    from {{ ref('business_openings') }}
    group by timezone

)

select distinct
    spans.timezone,
    spans.first_at,
    spans.last_at,
    zone_offsets.covers_from,
    zone_offsets.covers_until
from spans
inner join {{ ref('map_zone_offsets') }} as zone_offsets
    on spans.timezone = zone_offsets.zone
where
    zone_offsets.is_changing
    and (spans.first_at < zone_offsets.covers_from or spans.last_at > zone_offsets.covers_until)
