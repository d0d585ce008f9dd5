-- Grain: as rate_alerts, of the grains day, week and month: those of which a season can be known.
-- Mind: `signal` is that of rate_alerts where no season is known yet, and `judged_by` says so. A season takes eight weeks of days, or two years
-- of weeks or months; days and weeks with a holiday are judged by nothing, and are in no baseline.

{%- set seasons = alert_seasons() %}
{%- set minimum = setting_alert_minimum_cohorts() | trim %}
{%- set longest = setting_alert_baseline_cohorts() | trim %}
{%- set run_length = setting_alert_run_length() | trim | int %}
{%- set regime = 'series_id, regime, is_mixed, is_holiday' %}
{%- set before = 'order by cohort_period, cohort_id rows between' %}

with

baselines as (

    select * from {{ ref('rate_baselines') }}

),

plain as (

    select
        cohort_id,
        signal,
        no_limits_because
    from {{ ref('rate_alerts') }}

),

holidays as (

    select * from {{ ref('map_holidays') }}

),

holiday_periods as (

    select
        'day' as cohort_grain,
        holiday_date as cohort_period
    from holidays
    where calendar = {{ setting_business_calendar() }}

    union

    select
        'week' as cohort_grain,
        cast(date_trunc('week', holiday_date) as date) as cohort_period
    from holidays
    where calendar = {{ setting_business_calendar() }}

),

-- the month of a week is that of its Thursday, in which most of it lies
classed as (

    select
        baselines.*,
        holiday_periods.cohort_period is not null as is_holiday,
        case
            when baselines.cohort_grain = 'day' then {{ "'weekday'" if 'weekday' in seasons else 'cast(null as varchar)' }}
            else {{ "'month'" if 'month' in seasons else 'cast(null as varchar)' }}
        end as season,
        case baselines.cohort_grain
            when 'day' then {{ weekday_of('baselines.cohort_period') }}
            when 'week' then cast(extract(month from baselines.cohort_period + interval '3' day) as bigint)
            else cast(extract(month from baselines.cohort_period) as bigint)
        end as season_class,
        case baselines.cohort_grain when 'day' then 56 when 'week' then 104 else 24 end as cycles_end
    from baselines
    left join holiday_periods
        on
            baselines.cohort_grain = holiday_periods.cohort_grain
            and baselines.cohort_period = holiday_periods.cohort_period
    where
        baselines.cohort_grain in ('day', 'week', 'month')
        and {{ 'true' if seasons else 'false' }}

),

-- what its class did before: the same weekday, or month of the year, of the same series and regime
remembered as (

    select
        classed.*,
        sum(matured) over (partition by {{ regime }}, season_class {{ before }} 26 preceding and 1 preceding) as class_matured,
        sum(matured_converted) over (partition by {{ regime }}, season_class {{ before }} 26 preceding and 1 preceding) as class_converted,
        count(*) over (partition by {{ regime }}, season_class {{ before }} 26 preceding and 1 preceding) as class_cohorts,
        min(cohort_period) over (partition by series_id, regime, is_mixed) as regime_from
    from classed

),

rated as (

    select
        remembered.*,
        case
            when season = 'weekday' and class_cohorts >= 4 and class_converted > 0 then class_converted / cast(class_matured as double)
            when season = 'month' and class_cohorts >= 1 and class_converted > 0 then class_converted / cast(class_matured as double)
        end as class_rate
    from remembered

),

-- what the last cohorts brought, over what their classes promised: the level of today
levelled as (

    select
        rated.*,
        sum(case when class_rate is not null then matured_converted end) over (
            partition by {{ regime }} {{ before }} {{ longest }} preceding and 1 preceding
        ) as level_converted,
        cast(sum(cast(matured * class_rate as decimal(38, 12))) over (
            partition by {{ regime }} {{ before }} {{ longest }} preceding and 1 preceding
        ) as double) as level_expected,
        count(class_rate) over (
            partition by {{ regime }} {{ before }} {{ longest }} preceding and 1 preceding
        ) as level_cohorts
    from rated

),

expected as (

    select
        levelled.*,
        case
            when class_rate * level_converted / nullif(level_expected, 0) < 1 and level_converted > 0
                then class_rate * level_converted / level_expected
        end as expected_rate
    from levelled
    where not is_mixed

),

-- of chance in the cohort itself, in its class and in the level
scattered as (

    select
        expected.*,
        sqrt(
            expected_rate * (1 - expected_rate) / matured
            + expected_rate * expected_rate * ((1 - class_rate) / class_converted + (1 - expected_rate) / level_converted)
        ) as own_error
    from expected

),

distanced as (

    select
        scattered.*,
        (conversion_rate - expected_rate) / nullif(own_error, 0) as distance
    from scattered

),

moved as (

    select
        distanced.*,
        abs(distance - lag(distance) over (partition by series_id, regime, is_holiday order by cohort_period, cohort_id)) as moving_range
    from distanced

),

steadied as (

    select
        moved.*,
        cast(sum(cast(moving_range as decimal(38, 15))) over (
            partition by series_id, regime, is_holiday {{ before }} {{ longest }} preceding and 1 preceding
        ) as double) / nullif(count(moving_range) over (
            partition by series_id, regime, is_holiday {{ before }} {{ longest }} preceding and 1 preceding
        ), 0) / 1.1283791670955126e0 as sigma_z,
        case
            when is_holiday then 'holiday'
            when season is null then 'no_season'
            when
                regime_position <= cycles_end
                or level_cohorts < {{ minimum }}
                or class_cohorts < case season when 'weekday' then 8 else 2 end
                then 'too_short'
            when expected_rate is null or least(expected_rate, 1 - expected_rate) * matured < 5 then 'too_small'
        end as no_season_because
    from moved

),

limited as (

    select
        steadied.*,
        greatest(1e0, coalesce(sigma_z, 1e0)) * own_error as standard_error,
        case
            when conversion_rate > expected_rate then 1
            when conversion_rate < expected_rate then -1
            else 0
        end as side
    from steadied

),

sided as (

    select
        limited.*,
        sum(case when no_season_because is null then side end) over (
            partition by series_id, regime, is_holiday {{ before }} {{ run_length - 1 }} preceding and current row
        ) as side_sum
    from limited

),

judged as (

    select
        sided.*,
        case
            when conversion_rate > expected_rate + 3 * standard_error then 'above_limit'
            when conversion_rate < expected_rate - 3 * standard_error then 'below_limit'
            when side_sum = {{ run_length }} then 'run_above'
            when side_sum = -{{ run_length }} then 'run_below'
        end as season_signal
    from sided
    where no_season_because is null

),

stated as (

    select
        classed.*,
        plain.signal as plain_signal,
        case
            when judged.cohort_id is not null then 'season'
            when classed.is_holiday or plain.no_limits_because is not null then 'nothing'
            else 'level'
        end as judged_by,
        case when classed.is_mixed then 'change_inside' else sided.no_season_because end as no_season_because,
        judged.class_cohorts,
        judged.class_rate,
        judged.level_converted / judged.level_expected as level_ratio,
        judged.expected_rate,
        judged.sigma_z,
        judged.standard_error,
        case
            when judged.cohort_id is not null then judged.season_signal
            when not classed.is_holiday then plain.signal
        end as signal
    from classed
    inner join plain
        on classed.cohort_id = plain.cohort_id
    left join sided
        on classed.cohort_id = sided.cohort_id
    left join judged
        on classed.cohort_id = judged.cohort_id

),

final as (

    select
        cohort_id,
        series_id,
        {{ cohort_key() | indent(8) }},
        matured,
        matured_converted,
        conversion_rate,
        rate_low,
        rate_high,
        judged_by,
        no_season_because,
        season,
        season_class,
        cast(class_cohorts as bigint) as class_cohorts,
        class_rate,
        level_ratio,
        expected_rate,
        sigma_z,
        case when judged_by = 'season' then greatest(0e0, expected_rate - 3 * standard_error) end as lower_limit,
        case when judged_by = 'season' then least(1e0, expected_rate + 3 * standard_error) end as upper_limit,
        plain_signal,
        signal,
        signal is not null
        and coalesce(signal <> lag(signal) over (partition by series_id order by cohort_period, cohort_id), true) as is_new_signal,
        is_small,
        uses_late_facts
    from stated

)

select * from final
