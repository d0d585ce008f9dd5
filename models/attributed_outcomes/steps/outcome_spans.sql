-- Grain: one row per outcome name, unit (contact or account) and stretch of time between two of its outcomes,
-- the last one open-ended; only names and units that a metric reads.
-- Mind: a stretch holds its end and not its beginning, so that any instant of a unit lies in exactly one: the outcome
-- at its end is the first at or after that instant. A join on it matches once, however many outcomes a unit has.

with

outcomes as (

    select * from {{ ref('outcomes') }}

),

metric_versions as (

    select * from {{ ref('metric_versions') }}

),

watched as (

    select distinct
        outcome,
        unit
    from metric_versions

),

owned as (

    select
        watched.outcome,
        watched.unit,
        case watched.unit
            when 'account' then outcomes.account_id
            else outcomes.contact_id
        end as span_unit_id,
        outcomes.occurred_at
    from outcomes
    inner join watched
        on outcomes.outcome = watched.outcome

),

times as (

    select distinct
        outcome,
        unit,
        span_unit_id,
        occurred_at
    from owned
    where span_unit_id is not null

),

spans as (

    select
        outcome,
        unit,
        span_unit_id,
        lag(occurred_at) over (
            partition by outcome, unit, span_unit_id
            order by occurred_at
        ) as previous_outcome_at,
        occurred_at as next_outcome_at
    from times

    union all

    select
        outcome,
        unit,
        span_unit_id,
        max(occurred_at) as previous_outcome_at,
        cast(null as timestamp) as next_outcome_at
    from times
    group by
        outcome,
        unit,
        span_unit_id

),

final as (

    select
        outcome,
        unit,
        span_unit_id,
        coalesce(previous_outcome_at, timestamp '0001-01-01 00:00:00') as span_after,
        coalesce(next_outcome_at, timestamp '9999-12-31 00:00:00') as span_until,
        previous_outcome_at,
        next_outcome_at
    from spans

)

select * from final
