-- The seed zone_offsets tells of the whole time of the messages, in each zone of business_hours in use whose clock is ever changed. Where a
-- row stands here run what it says in `remedy`.
{{ config(meta={'what_to_do': 'run the command in `remedy`'}) }}

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
    zone_offsets.covers_until,
    'convsql zones --from ' || cast(extract(year from least(spans.first_at, zone_offsets.covers_from)) as varchar)
    || ' --to ' || cast(extract(year from greatest(spans.last_at, zone_offsets.covers_until - interval '1' day)) as varchar) as remedy
from spans
inner join {{ ref('map_zone_offsets') }} as zone_offsets
    on spans.timezone = zone_offsets.zone
where
    zone_offsets.is_changing
    and (spans.first_at < zone_offsets.covers_from or spans.last_at > zone_offsets.covers_until)
