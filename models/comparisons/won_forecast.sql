-- Grain: one row per current metric version, day from which it is foretold (today, and months on which that is tried), and month of conversations
-- that could still convert then; one of all such months together (cohort_period null).
-- Mind: it is of conversations that have begun, and not of those to come. It supposes that they go on as those of the months before did: look at the
-- coverage beside it, which is what came of the same intervals in the past.

{%- set keys = ['metric', 'metric_version'] %}
{%- set levels = [('80', '1.2815515655446004'), ('95', '1.959963984540054')] %}

with

forecast_origins as (

    select * from {{ ref('forecast_origins') }}

),

forecast_cohorts as (

    select * from {{ ref('forecast_cohorts') }}

),

-- what is learned of amounts: the mean and the variance of what a conversion brings
learned as (

    select
        forecast_origins.*,
        case when learned_with_amount > 0 then learned_amount / learned_converted end as mean_amount,
        case
            when learned_with_amount > 0
                then greatest(learned_amount_squares / learned_converted - (learned_amount / learned_converted) * (learned_amount / learned_converted), 0e0)
        end as amount_variance,
        origin_day + window_days <= complete_day as is_over
    from forecast_origins

),

foretold as (

    select
        forecast_cohorts.*,
        learned.origin_on,
        learned.window_days,
        learned.is_current,
        learned.is_over,
        learned.mean_amount,
        learned.amount_variance,
        learned.learned_whole,
        forecast_cohorts.chance_variance + forecast_cohorts.learned_error * forecast_cohorts.learned_error as variance
    from forecast_cohorts
    inner join learned
        on {{ equal_columns('forecast_cohorts', 'learned', keys + ['origin_day']) }}
    where learned.learned_whole >= {{ few() }}

),

-- how far off the months were whose end was known by then, in their own standard errors
missed as (

    select
        foretold.metric,
        foretold.metric_version,
        foretold.origin_day,
        count(earlier.origin_day) as trials,
        coalesce(cast(sum(cast(
            (earlier.converted_later - earlier.expected_more) * (earlier.converted_later - earlier.expected_more) / earlier.variance as decimal(38, 12)
        )) as double), 0e0) as squares
    from (select distinct metric, metric_version, origin_day from foretold) as foretold
    left join foretold as earlier
        on
            {{ equal_columns('foretold', 'earlier', keys) | indent(12) }}
            and earlier.origin_day + earlier.window_days <= foretold.origin_day
            and earlier.cohort_period is not null
            and earlier.variance > 0
    group by
        foretold.metric,
        foretold.metric_version,
        foretold.origin_day

),

spread as (

    select
        foretold.*,
        greatest(1e0, (missed.squares + 1) / (missed.trials + 1)) as dispersion,
        sqrt(foretold.variance * greatest(1e0, (missed.squares + 1) / (missed.trials + 1))) as error,
        sqrt(
            (foretold.expected_more * foretold.amount_variance + foretold.mean_amount * foretold.mean_amount * foretold.variance)
            * greatest(1e0, (missed.squares + 1) / (missed.trials + 1))
        ) as amount_error
    from foretold
    inner join missed
        on {{ equal_columns('foretold', 'missed', keys + ['origin_day']) }}

),

-- conversions are whole numbers, so that a half is added at both ends
limited as (

    select
        spread.*,
        converted + expected_more as forecast,
        amount + expected_more * mean_amount as amount_forecast,
        {%- for level, z in levels %}
        greatest(converted + expected_more - {{ z }} * error - 0.5e0, cast(converted as double)) as low_{{ level }},
        least(converted + expected_more + {{ z }} * error + 0.5e0, cast(converted + pending as double)) as high_{{ level }},
        case when mean_amount is not null then greatest(amount + expected_more * mean_amount - {{ z }} * amount_error, amount) end as amount_low_{{ level }},
        amount + expected_more * mean_amount + {{ z }} * amount_error as amount_high_{{ level }},
        {%- endfor %}
        case when is_over then converted + converted_later end as actual,
        case when is_over and mean_amount is not null then amount + amount_later end as amount_actual
    from spread

),

judged as (

    select
        limited.*
        {%- for level, z in levels %},
        actual >= low_{{ level }} and actual <= high_{{ level }} as is_within_{{ level }},
        amount_actual >= amount_low_{{ level }} and amount_actual <= amount_high_{{ level }} as is_amount_within_{{ level }}
        {%- endfor %}
    from limited

),

-- of single months: all together hold each of them once more
coverages as (

    select
        {{ keys | join(', ') }},
        count(actual) as backtests,
        {%- for level, z in levels %}
        count(case when is_within_{{ level }} then 1 end) as within_{{ level }},
        count(case when is_amount_within_{{ level }} then 1 end) as amount_within_{{ level }},
        {%- endfor %}
        count(amount_actual) as amount_backtests
    from judged
    where cohort_period is not null
    group by
        {{ keys | join(', ') }}

),

final as (

    select
        md5({{ joined_parts(['judged.metric', 'cast(judged.metric_version as varchar)', 'cast(judged.origin_on as varchar)', 'cast(judged.cohort_period as varchar)']) }}) as forecast_id,
        judged.metric,
        judged.metric_version,
        judged.origin_on,
        judged.is_current,
        judged.cohort_period,
        judged.begun,
        judged.converted,
        judged.pending,
        {{ nine_places('judged.forecast') }} as forecast,
        {%- for level, z in levels %}
        {{ nine_places('judged.low_' ~ level) }} as low_{{ level }},
        {{ nine_places('judged.high_' ~ level) }} as high_{{ level }},
        {%- endfor %}
        {{ nine_places('judged.amount') }} as amount,
        {{ nine_places('judged.amount_forecast') }} as amount_forecast,
        {%- for level, z in levels %}
        {{ nine_places('judged.amount_low_' ~ level) }} as amount_low_{{ level }},
        {{ nine_places('judged.amount_high_' ~ level) }} as amount_high_{{ level }},
        {%- endfor %}
        {{ nine_places('judged.dispersion') }} as dispersion,
        judged.actual,
        {{ nine_places('judged.amount_actual') }} as amount_actual,
        {%- for level, z in levels %}
        judged.is_within_{{ level }},
        judged.is_amount_within_{{ level }},
        {%- endfor %}
        cast(coalesce(coverages.backtests, 0) as bigint) as backtests,
        {%- for level, z in levels %}
        coverages.within_{{ level }} / nullif(cast(coverages.backtests as double), 0) as coverage_{{ level }},
        coverages.amount_within_{{ level }} / nullif(cast(coverages.amount_backtests as double), 0) as amount_coverage_{{ level }},
        {%- endfor %}
        {{ is_few('judged.begun') }} as is_small
    from judged
    left join coverages
        on {{ equal_columns('judged', 'coverages', keys) }}

)

select * from final
