-- Grain: as cohort_rates, of cohorts that are complete and have a matured conversation, without grain `all`.
-- Mind: limits are drawn from earlier cohorts alone, and there are none before there are enough. No signal says that nothing changed,
-- only that nothing can be told from chance.

{%- set minimum = setting_alert_minimum_cohorts() | trim %}
{%- set longest = setting_alert_baseline_cohorts() | trim %}
{%- set run_length = setting_alert_run_length() | trim | int %}
{#- beyond three standard errors on one side of a normal distribution #}
{%- set tail = '0.00135' %}

with recursive

baselines as (

    select * from {{ ref('rate_baselines') }}

),

centred as (

    select
        baselines.*,
        baseline_converted / cast(baseline_matured as double) as centre
    from baselines
    where
        not is_mixed
        and baseline_cohorts >= {{ minimum }}

),

-- sigma_z over the moving ranges of the baseline, each point in standard errors from this cohort's own centre
scattered as (

    select
        centred.cohort_id,
        {{ laney_sigma(
            'abs((earlier.conversion_rate - centred.centre) * sqrt(cast(earlier.matured as double))'
            ~ ' - (earlier.previous_rate - centred.centre) * sqrt(cast(earlier.previous_matured as double)))'
            ~ ' / sqrt(centred.centre * (1 - centred.centre))'
        ) | indent(8) }} as sigma_z
    from centred
    inner join baselines as earlier
        on
            centred.series_id = earlier.series_id
            and centred.regime = earlier.regime
            and earlier.regime_position > centred.regime_position - {{ longest }}
            and earlier.regime_position < centred.regime_position
    where
        not earlier.is_mixed
        and earlier.regime_position > 1
        and centred.centre > 0
        and centred.centre < 1
    group by centred.cohort_id

),

methods as (

    select
        centred.*,
        scattered.sigma_z,
        case
            when least(centred.centre, 1 - centred.centre) * centred.matured < 5 then 'exact_binomial'
            when scattered.sigma_z > 1 then 'laney'
            else 'p_chart'
        end as method
    from centred
    left join scattered
        on centred.cohort_id = scattered.cohort_id

),

-- the rarer of hits and misses is counted; half a hit and half a miss more, so that a baseline without any leaves both possible
rare as (

    select
        cohort_id,
        matured as trials,
        case when centre <= 0.5 then matured_converted else matured - matured_converted end as hits,
        case
            when centre <= 0.5 then (baseline_converted + 0.5e0) / (baseline_matured + 1e0)
            else (baseline_matured - baseline_converted + 0.5e0) / (baseline_matured + 1e0)
        end as chance
    from methods
    where method = 'exact_binomial'

),

{{ binomial_tails('tails', 'rare', 'cohort_id', 'hits', 'trials', 'chance') }},

{{ binomial_limits('counts', 'rare', 'cohort_id', 'trials', 'chance', tail) }},

limited as (

    select
        methods.*,
        case
            when methods.method <> 'exact_binomial' then
                greatest(0e0, methods.centre
                - 3 * greatest(1e0, coalesce(methods.sigma_z, 1e0)) * sqrt(methods.centre * (1 - methods.centre) / methods.matured))
            when methods.centre <= 0.5 then counts.fewest / cast(methods.matured as double)
            else (methods.matured - counts.most) / cast(methods.matured as double)
        end as lower_limit,
        case
            when methods.method <> 'exact_binomial' then
                least(1e0, methods.centre
                + 3 * greatest(1e0, coalesce(methods.sigma_z, 1e0)) * sqrt(methods.centre * (1 - methods.centre) / methods.matured))
            when methods.centre <= 0.5 then counts.most / cast(methods.matured as double)
            else (methods.matured - counts.fewest) / cast(methods.matured as double)
        end as upper_limit,
        case when methods.centre <= 0.5 then tails.lower_tail else tails.upper_tail end as lower_tail,
        case when methods.centre <= 0.5 then tails.upper_tail else tails.lower_tail end as upper_tail,
        case
            when methods.conversion_rate > methods.centre then 1
            when methods.conversion_rate < methods.centre then -1
            else 0
        end as side
    from methods
    left join tails
        on methods.cohort_id = tails.cohort_id
    left join counts
        on methods.cohort_id = counts.cohort_id

),

judged as (

    select
        limited.*,
        case
            when conversion_rate > upper_limit or upper_tail < {{ tail }} then 'above_limit'
            when conversion_rate < lower_limit or lower_tail < {{ tail }} then 'below_limit'
            {%- for name, sign in [('run_above', ''), ('run_below', '-')] %}
            when
                sum(side) over (
                    partition by series_id, regime
                    order by cohort_period, cohort_id
                    rows between {{ run_length - 1 }} preceding and current row
                ) = {{ sign }}{{ run_length }}
                then '{{ name }}'
            {%- endfor %}
        end as signal
    from limited

),

final as (

    select
        baselines.cohort_id,
        baselines.series_id,
        {{ cohort_key('baselines') | indent(8) }},
        baselines.matured,
        baselines.matured_converted,
        baselines.conversion_rate,
        baselines.rate_low,
        baselines.rate_high,
        case when baselines.is_mixed then 0 else baselines.baseline_cohorts end as baseline_cohorts,
        baselines.change_ids,
        case
            when baselines.is_mixed then 'change_inside'
            when baselines.baseline_cohorts < {{ minimum }} then 'too_few_cohorts'
        end as no_limits_because,
        judged.centre,
        judged.sigma_z,
        judged.method,
        judged.lower_limit,
        judged.upper_limit,
        judged.lower_tail,
        judged.upper_tail,
        judged.signal,
        judged.signal is not null
        and coalesce(judged.signal <> lag(judged.signal) over (
            partition by baselines.series_id
            order by baselines.cohort_period, baselines.cohort_id
        ), true) as is_new_signal,
        baselines.change_ids is not null and judged.cohort_id is null as asks_for_rebenchmark,
        baselines.is_small,
        baselines.uses_late_facts
    from baselines
    left join judged
        on baselines.cohort_id = judged.cohort_id

)

select * from final
