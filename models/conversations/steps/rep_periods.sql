-- Grain: one row per rep and period [starts_at, ends_at) over which one row of reps holds; ends_at is null
-- for the last one still running.
-- Mind: where rows of reps overlap, the one begun last holds; a valid_from that is null is since ever.

with

reps as (

    select * from {{ ref('stg_reps') }}

),

validities as (

    select
        rep_id,
        coalesce(valid_from, timestamp '0001-01-01 00:00:00') as valid_from,
        case when valid_from is null then 0 else 1 end as is_dated,
        valid_to,
        name,
        team,
        role,
        territory
    from reps

),

-- union, not union all: an end that is the next beginning is one boundary.
boundaries as (

    select
        rep_id,
        valid_from as starts_at
    from validities

    union

    select
        rep_id,
        valid_to as starts_at
    from validities
    where valid_to is not null

),

periods as (

    select
        rep_id,
        starts_at,
        lead(starts_at) over (
            partition by rep_id
            order by starts_at
        ) as ends_at
    from boundaries

),

held as (

    select
        periods.rep_id,
        periods.starts_at,
        periods.ends_at,
        validities.name,
        validities.team,
        validities.role,
        validities.territory,
        row_number() over (
            partition by periods.rep_id, periods.starts_at
            order by validities.valid_from desc, validities.is_dated desc
        ) as recency
    from periods
    inner join validities
        on
            periods.rep_id = validities.rep_id
            and periods.starts_at >= validities.valid_from
            and (validities.valid_to is null or periods.starts_at < validities.valid_to)

),

final as (

    select
        rep_id,
        starts_at,
        ends_at,
        name,
        team,
        role,
        territory
    from held
    where recency = 1

)

select * from final
