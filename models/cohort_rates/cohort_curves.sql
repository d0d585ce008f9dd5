-- Grain: one row per metric version, cohort of everything (cohort_by `all`), and time since the anchor at which some of it converted or were
-- followed no further: Kaplan and Meier's curve. Its last row is the projection of cohort_rates.
-- Mind: shares count from the anchor, and leave out conversations whose anchor is not before complete_at: nothing is known of them.

with

cohort_conversations as (

    select * from {{ ref('cohort_conversations') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

followed as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        {{ cell_date('metric_cuts.base_grain', 'metric_conversations.anchor_at') | indent(8) }} as cell_date,
        {{ epoch_micros('metric_conversations.anchor_at') }} as anchor_us,
        {{ epoch_micros('metric_cuts.complete_at') }} as complete_us,
        metric_cuts.window_us
    from metric_conversations
    inner join metric_cuts
        on
            metric_conversations.metric = metric_cuts.metric
            and metric_conversations.metric_version = metric_cuts.metric_version
    where
        metric_conversations.eligibility = 'eligible'
        and metric_conversations.anchor_at < metric_cuts.complete_at

),

cells as (

    select
        metric,
        metric_version,
        cell_date,
        min(window_us) as window_us,
        count(*) as member_count,
        least(min(window_us), min(complete_us) - max(anchor_us)) as least_follow_up_us
    from followed
    group by
        metric,
        metric_version,
        cell_date

),

cohorts as (

    select
        cells.metric,
        cells.metric_version,
        cohort_sets.cohort_grain,
        {{ period_start('cohort_sets.cohort_grain', 'cells.cell_date') | indent(8) }} as cohort_period,
        min(cells.window_us) as window_us,
        sum(cells.member_count) as member_count,
        min(cells.least_follow_up_us) as least_follow_up_us
    from cells
    inner join cohort_sets
        on
            cells.metric = cohort_sets.metric
            and cells.metric_version = cohort_sets.metric_version
    where cohort_sets.cohort_by = 'all'
    group by
        cells.metric,
        cells.metric_version,
        cohort_sets.cohort_grain,
        {{ period_start('cohort_sets.cohort_grain', 'cells.cell_date') | indent(8) }}

),

steps as (

    select
        metric,
        metric_version,
        cell_date,
        duration_us,
        sum(case when is_conversion then 1 else 0 end) as converted_count,
        count(*) as step_count
    from cohort_conversations
    where duration_us is not null
    group by
        metric,
        metric_version,
        cell_date,
        duration_us

),

cohort_steps as (

    select
        steps.metric,
        steps.metric_version,
        cohort_sets.cohort_grain,
        {{ period_start('cohort_sets.cohort_grain', 'steps.cell_date') | indent(8) }} as cohort_period,
        steps.duration_us,
        sum(steps.converted_count) as converted_count,
        sum(steps.step_count) as step_count
    from steps
    inner join cohort_sets
        on
            steps.metric = cohort_sets.metric
            and steps.metric_version = cohort_sets.metric_version
    where cohort_sets.cohort_by = 'all'
    group by
        steps.metric,
        steps.metric_version,
        cohort_sets.cohort_grain,
        {{ period_start('cohort_sets.cohort_grain', 'steps.cell_date') | indent(8) }},
        steps.duration_us

),

left_before_end as (

    select
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        sum(step_count) as step_count
    from cohort_steps
    group by
        metric,
        metric_version,
        cohort_grain,
        cohort_period

),

-- those followed through the whole window without converting leave at its end, beside whoever converts on the last instant
leaving as (

    select * from cohort_steps

    union all

    select
        cohorts.metric,
        cohorts.metric_version,
        cohorts.cohort_grain,
        cohorts.cohort_period,
        cohorts.window_us as duration_us,
        0 as converted_count,
        cohorts.member_count - coalesce(left_before_end.step_count, 0) as step_count
    from cohorts
    left join left_before_end
        on
            cohorts.metric = left_before_end.metric
            and cohorts.metric_version = left_before_end.metric_version
            and cohorts.cohort_grain = left_before_end.cohort_grain
            and cohorts.cohort_period is not distinct from left_before_end.cohort_period
    where cohorts.member_count > coalesce(left_before_end.step_count, 0)

),

times as (

    select
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        duration_us,
        sum(converted_count) as converted_count,
        sum(step_count) as step_count
    from leaving
    group by
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        duration_us

),

at_risk as (

    select
        times.*,
        cohorts.member_count,
        cohorts.window_us,
        cohorts.least_follow_up_us,
        cohorts.member_count + times.step_count - sum(times.step_count) over (
            partition by times.metric, times.metric_version, times.cohort_grain, times.cohort_period
            order by times.duration_us
            rows between unbounded preceding and current row
        ) as at_risk_count
    from times
    inner join cohorts
        on
            times.metric = cohorts.metric
            and times.metric_version = cohorts.metric_version
            and times.cohort_grain = cohorts.cohort_grain
            and times.cohort_period is not distinct from cohorts.cohort_period

),

-- sums of decimals, as in cohort_survival, for the order in which doubles are added shows
products as (

    select
        *,
        max(case when converted_count = at_risk_count then 1 else 0 end) over (
            partition by metric, metric_version, cohort_grain, cohort_period
            order by duration_us
            rows between unbounded preceding and current row
        ) = 1 as is_extinct,
        cast(coalesce(sum(cast(
            case
                when converted_count > 0 and converted_count < at_risk_count
                    then ln((at_risk_count - converted_count) / cast(at_risk_count as double))
            end as decimal(38, 24)
        )) over (
            partition by metric, metric_version, cohort_grain, cohort_period
            order by duration_us
            rows between unbounded preceding and current row
        ), 0) as double) as log_survival,
        cast(coalesce(sum(cast(
            case
                when converted_count < at_risk_count
                    then converted_count / (cast(at_risk_count as double) * (at_risk_count - converted_count))
            end as decimal(38, 28)
        )) over (
            partition by metric, metric_version, cohort_grain, cohort_period
            order by duration_us
            rows between unbounded preceding and current row
        ), 0) as double) as greenwood
    from at_risk

),

final as (

    select
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cast(duration_us as bigint) as elapsed_us,
        cast(ceil(least(duration_us, window_us) / 86400e6) as bigint) as day,
        cast(member_count as bigint) as followed,
        cast(at_risk_count as bigint) as at_risk,
        cast(converted_count as bigint) as converted,
        cast(step_count - converted_count as bigint) as followed_no_further,
        case when is_extinct then 1e0 else 1 - exp(log_survival) end as converted_share,
        case when not is_extinct then {{ log_log_limit('log_survival', 'greenwood', 'low') | indent(12) }} end as share_low,
        case when not is_extinct then {{ log_log_limit('log_survival', 'greenwood', 'high') | indent(12) }} end as share_high,
        least_follow_up_us / 86400e6 as least_follow_up_days
    from products

)

select * from final
