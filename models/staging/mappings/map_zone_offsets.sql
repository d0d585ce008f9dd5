-- Grain: one row per zone and stretch of time over which its clock is equally far from UTC.
-- Mind: the first stretch reaches back and the last one forward without end; `covers_from` and `covers_until` say what is known, and an assertion
-- refuses data outside of it where the zone ever changes.
with

zone_offsets as (

    select * from {{ ref('zone_offsets') }}

),

known as (

    select distinct
        {{ trim_white('cast(zone as varchar)') }} as zone,
        cast(starts_at as timestamp) as starts_at,
        cast(offset_seconds as bigint) as offset_seconds
    from zone_offsets
    where
        starts_at is not null
        and offset_seconds is not null

),

-- the seed is made year by year: all of the year of the last change in any zone is known
covered as (

    select
        min(starts_at) as covers_from,
        date_trunc('year', max(starts_at)) + interval '1 year' as covers_until
    from known

),

numbered as (

    select
        *,
        lag(starts_at) over (
            partition by zone
            order by starts_at
        ) as previous_starts_at,
        lead(starts_at) over (
            partition by zone
            order by starts_at
        ) as next_starts_at,
        count(*) over (partition by zone) as stretch_count
    from known

),

final as (

    select
        numbered.zone,
        case when numbered.previous_starts_at is null then timestamp '0001-01-01 00:00:00' else numbered.starts_at end as starts_at,
        coalesce(numbered.next_starts_at, timestamp '9999-12-31 00:00:00') as ends_at,
        numbered.offset_seconds,
        numbered.stretch_count > 1 as is_changing,
        covered.covers_from,
        cast(covered.covers_until as timestamp) as covers_until
    from numbered
    cross join covered

)

select * from final
