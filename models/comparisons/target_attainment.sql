-- Grain: one row per cohort of everything of a metric's current version whose whole period one target stands for.
-- Mind: a target stands until the next of its metric, so that the quarter of three different targets by month has no row. `verdict`
-- judges the interval of a complete period, `pace` the projection of an open one; each is null where the other is not.

with

current_rates as (

    select * from {{ ref('current_rates') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

-- of two targets of one day the higher one counts; a test of the seed says that there are two
given as (

    select
        {{ as_code('metric') }} as metric,
        period_start,
        max(target) as target
    from {{ ref('targets') }} as targets
    where
        {{ as_code('metric') }} is not null
        and period_start is not null
        and target is not null
    group by
        {{ as_code('metric') }},
        period_start

),

standing as (

    select
        given.metric,
        given.period_start,
        given.target,
        min(later.period_start) as next_start
    from given
    left join given as later
        on
            given.metric = later.metric
            and given.period_start < later.period_start
    group by
        given.metric,
        given.period_start,
        given.target

),

measured as (

    select
        current_rates.cohort_id,
        current_rates.metric,
        current_rates.metric_version,
        current_rates.cohort_grain,
        current_rates.cohort_period,
        standing.period_start as target_from,
        standing.target,
        current_rates.eligible,
        current_rates.converted,
        current_rates.matured,
        current_rates.matured_converted,
        current_rates.conversion_rate,
        current_rates.rate_low,
        current_rates.rate_high,
        current_rates.projected_rate,
        current_rates.projected_low,
        current_rates.projected_high,
        current_rates.projected_follow_up_days >= metric_definitions.window_days as is_followed_whole,
        current_rates.is_complete,
        current_rates.is_small
    from current_rates
    inner join standing
        on
            current_rates.metric = standing.metric
            and current_rates.cohort_period >= standing.period_start
            and (
                standing.next_start is null
                or cast(standing.next_start as timestamp)
                >= {{ period_end('current_rates.cohort_grain', 'current_rates.cohort_period') | indent(16) }}
            )
    inner join metric_definitions
        on
            current_rates.metric = metric_definitions.metric
            and current_rates.metric_version = metric_definitions.metric_version
    where
        current_rates.cohort_by = 'all'
        and current_rates.cohort_grain <> 'all'

),

-- 0.1 of 30 is a little more than 3 in doubles, and 3 conversions do
wanted as (

    select
        *,
        cast(ceil(target * case when is_complete then matured else eligible end - 0.000001) as bigint) as conversions_wanted
    from measured

),

final as (

    select
        cohort_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        target_from,
        target,
        eligible,
        converted,
        matured,
        matured_converted,
        conversion_rate,
        rate_low,
        rate_high,
        projected_rate,
        projected_low,
        projected_high,
        conversion_rate - target as gap,
        projected_rate - target as projected_gap,
        greatest(
            conversions_wanted - case when is_complete then matured_converted else converted end, 0
        ) as conversions_missing,
        case
            when not is_complete then cast(null as varchar)
            when conversion_rate is null then 'no_rate'
            when rate_low >= target then 'above'
            when rate_high < target then 'below'
            else 'undecided'
        end as verdict,
        case
            when is_complete then cast(null as varchar)
            when projected_low >= target then 'ahead'
            when is_followed_whole and projected_high < target then 'behind'
            else 'undecided'
        end as pace,
        case when is_complete then conversion_rate >= target end as is_met,
        is_complete,
        is_small
    from wanted

)

select * from final
