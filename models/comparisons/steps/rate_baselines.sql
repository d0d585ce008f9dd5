-- Grain: one row per cohort that is complete and has a matured conversation, of every grain but `all`.
-- Mind: a series is one cohort set's values over the periods of a grain. An operational change restarts its baseline: the period in
-- which it takes effect is of neither regime. A change is passed over whose scope names another metric, or a value that another
-- series of the set has and this one has not.

with

cohort_rates as (

    select * from {{ ref('cohort_rates') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

operational_changes as (

    select * from {{ ref('stg_operational_changes') }}

),

points as (

    select
        cohort_id,
        md5({{ joined_parts(
            ['metric', 'cast(metric_version as varchar)', 'cohort_grain', 'cohort_by'] + cohort_dimensions()
        ) | indent(8) }}) as series_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        {{ period_end('cohort_grain', 'cohort_period') | indent(8) }} as period_ends_at,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        matured,
        matured_converted,
        conversion_rate,
        rate_low,
        rate_high,
        is_small,
        uses_late_facts
    from cohort_rates
    where
        cohort_grain <> 'all'
        and is_complete
        and matured > 0

),

metric_names as (

    select distinct metric
    from metric_definitions

),

changes as (

    select
        operational_changes.change_id,
        operational_changes.scope,
        metric_names.metric as only_metric,
        {{ local_time('operational_changes.effective_at') }} as effective_local_at
    from operational_changes
    left join metric_names
        on operational_changes.scope = metric_names.metric

),

series as (

    select distinct
        series_id,
        metric,
        metric_version,
        cohort_by
        {%- for dimension in cohort_dimensions() %},
        {{ dimension }}
        {%- endfor %}
    from points

),

named as (

    select
        series.series_id,
        series.metric,
        series.metric_version,
        series.cohort_by,
        changes.change_id,
        changes.effective_local_at,
        coalesce(changes.scope in (
            {%- for dimension in cohort_dimensions() %}
            series.{{ dimension }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        ), false) as is_named
    from series
    inner join changes
        on coalesce(changes.only_metric = series.metric, true)

),

-- a scope that is a value of the set names some of its series; any other may touch all of them
applying as (

    select
        named.*,
        max(case when is_named then 1 else 0 end) over (
            partition by metric, metric_version, cohort_by, change_id
        ) as names_a_series
    from named

),

regimes as (

    select
        points.cohort_id,
        count(*) as regime,
        max(applying.effective_local_at) as regime_at,
        max(case when applying.effective_local_at > cast(points.cohort_period as timestamp) then 1 else 0 end) = 1 as is_mixed
    from points
    inner join applying
        on
            points.series_id = applying.series_id
            and applying.effective_local_at < points.period_ends_at
    where applying.is_named or applying.names_a_series = 0
    group by points.cohort_id

),

regime_names as (

    select
        regimes.cohort_id,
        string_agg(applying.change_id, ', ' order by applying.change_id) as change_ids
    from regimes
    inner join points
        on regimes.cohort_id = points.cohort_id
    inner join applying
        on
            points.series_id = applying.series_id
            and regimes.regime_at = applying.effective_local_at
    where applying.is_named or applying.names_a_series = 0
    group by regimes.cohort_id

),

placed as (

    select
        points.*,
        coalesce(regimes.regime, 0) as regime,
        coalesce(regimes.is_mixed, false) as is_mixed,
        regime_names.change_ids
    from points
    left join regimes
        on points.cohort_id = regimes.cohort_id
    left join regime_names
        on points.cohort_id = regime_names.cohort_id

),

final as (

    select
        cohort_id,
        series_id,
        {{ cohort_key() | indent(8) }},
        cast(regime as bigint) as regime,
        change_ids,
        is_mixed,
        cast(row_number() over (
            partition by series_id, regime, is_mixed
            order by cohort_period, cohort_id
        ) as bigint) as regime_position,
        matured,
        matured_converted,
        conversion_rate,
        rate_low,
        rate_high,
        {%- for column, measure in [('baseline_matured', 'matured'), ('baseline_converted', 'matured_converted')] %}
        cast(sum({{ measure }}) over (
            partition by series_id, regime, is_mixed
            order by cohort_period, cohort_id
            rows between {{ setting_alert_baseline_cohorts() }} preceding and 1 preceding
        ) as bigint) as {{ column }},
        {%- endfor %}
        cast(count(*) over (
            partition by series_id, regime, is_mixed
            order by cohort_period, cohort_id
            rows between {{ setting_alert_baseline_cohorts() }} preceding and 1 preceding
        ) as bigint) as baseline_cohorts,
        lag(matured) over (partition by series_id, regime, is_mixed order by cohort_period, cohort_id) as previous_matured,
        lag(conversion_rate) over (partition by series_id, regime, is_mixed order by cohort_period, cohort_id) as previous_rate,
        is_small,
        uses_late_facts
    from placed

)

select * from final
