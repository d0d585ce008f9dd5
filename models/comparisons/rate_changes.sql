-- Grain: one row per metric version with strata, cohort grain but `all`, and period that is complete and has a matured
-- conversation, from the second such period on.
-- Mind: the previous period is the last comparable one, not always the one right before. `rate_effect` + `mix_effect` is the
-- change; with `definition_effect` it is the change from what the version before said of the previous period.

with

cohort_rates as (

    select * from {{ ref('cohort_rates') }}

),

cohort_strata as (

    select * from {{ ref('cohort_strata') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

stratified as (

    {{ stratified_metrics() | trim }}

),

comparable as (

    select
        cohort_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        matured,
        conversion_rate,
        rate_low,
        rate_high,
        uses_late_facts
    from cohort_rates
    where
        cohort_by = 'all'
        and cohort_grain <> 'all'
        and is_complete
        and matured > 0

),

pairs as (

    select
        comparable.*,
        lag(cohort_id) over (
            partition by metric, metric_version, cohort_grain
            order by cohort_period, cohort_id
        ) as previous_cohort_id
    from comparable

),

sides as (

    select
        pairs.cohort_id,
        cohort_strata.stratum,
        0 as trials_before,
        0 as hits_before,
        cohort_strata.matured as trials_after,
        cohort_strata.matured_converted as hits_after
    from pairs
    inner join cohort_strata
        on pairs.cohort_id = cohort_strata.cohort_id
    where pairs.previous_cohort_id is not null

    union all

    select
        pairs.cohort_id,
        cohort_strata.stratum,
        cohort_strata.matured as trials_before,
        cohort_strata.matured_converted as hits_before,
        0 as trials_after,
        0 as hits_after
    from pairs
    inner join cohort_strata
        on pairs.previous_cohort_id = cohort_strata.cohort_id

),

strata as (

    select
        cohort_id,
        stratum,
        sum(trials_before) as trials_before,
        sum(hits_before) as hits_before,
        sum(trials_after) as trials_after,
        sum(hits_after) as hits_after
    from sides
    group by
        cohort_id,
        stratum

),

-- a stratum absent on one side takes the other side's rate
rated as (

    select
        strata.cohort_id,
        strata.trials_before,
        strata.hits_before,
        strata.trials_after,
        strata.hits_after,
        strata.trials_before / cast(previous_pairs.matured as double) as weight_before,
        strata.trials_after / cast(pairs.matured as double) as weight_after,
        coalesce(
            strata.hits_before / cast(nullif(strata.trials_before, 0) as double),
            strata.hits_after / cast(nullif(strata.trials_after, 0) as double)
        ) as rate_before,
        coalesce(
            strata.hits_after / cast(nullif(strata.trials_after, 0) as double),
            strata.hits_before / cast(nullif(strata.trials_before, 0) as double)
        ) as rate_after
    from strata
    inner join pairs
        on strata.cohort_id = pairs.cohort_id
    inner join comparable as previous_pairs
        on pairs.previous_cohort_id = previous_pairs.cohort_id

),

weighed as (

    select
        rated.*,
        (weight_before + weight_after) / 2 as weight,
        trials_before > 0 and trials_after > 0 as is_on_both_sides
    from rated

),

effects as (

    select
        cohort_id,
        count(*) as strata,
        sum(case when is_on_both_sides then 0 else 1 end) as one_sided_strata,
        cast(sum(cast(weight * (rate_after - rate_before) as decimal(38, 30))) as double) as rate_effect,
        cast(sum(cast((rate_before + rate_after) / 2 * (weight_after - weight_before) as decimal(38, 30))) as double) as mix_effect,
        {%- for side, before, after in [('low', 'high', 'low'), ('high', 'low', 'high')] %}
        sqrt(cast(sum(case
            when is_on_both_sides then
                {{ score_distance('weight', 'hits_before', 'trials_before', before) | indent(16) }}
                + {{ score_distance('weight', 'hits_after', 'trials_after', after) | indent(16) }}
            else 0
        end) as double)) as {{ side }}_distance{% if not loop.last %},{% endif %}
        {%- endfor %}
    from weighed
    group by cohort_id

),

predecessors as (

    select
        metric,
        metric_version,
        lag(metric_version) over (partition by metric order by metric_version) as previous_version
    from metric_definitions

),

final as (

    select
        pairs.cohort_id,
        pairs.metric,
        pairs.metric_version,
        pairs.cohort_grain,
        pairs.cohort_period,
        previous_pairs.cohort_period as previous_period,
        predecessors.previous_version,
        previous_pairs.matured as matured_before,
        pairs.matured as matured_after,
        previous_pairs.conversion_rate as rate_before,
        pairs.conversion_rate as rate_after,
        pairs.conversion_rate - previous_pairs.conversion_rate as rate_change,
        {%- for side in ['low', 'high'] %}
        {{ newcombe_limit(
            'pairs.conversion_rate', 'pairs.rate_low', 'pairs.rate_high',
            'previous_pairs.conversion_rate', 'previous_pairs.rate_low', 'previous_pairs.rate_high', side
        ) | indent(8) }} as change_{{ side }},
        {%- endfor %}
        effects.rate_effect,
        effects.rate_effect - effects.low_distance as rate_effect_low,
        effects.rate_effect + effects.high_distance as rate_effect_high,
        effects.mix_effect,
        defined.conversion_rate as rate_before_by_previous_version,
        previous_pairs.conversion_rate - defined.conversion_rate as definition_effect,
        cast(effects.strata as bigint) as strata,
        cast(effects.one_sided_strata as bigint) as one_sided_strata,
        pairs.uses_late_facts or stratified.has_late_strata as uses_late_facts
    from pairs
    inner join comparable as previous_pairs
        on pairs.previous_cohort_id = previous_pairs.cohort_id
    inner join effects
        on pairs.cohort_id = effects.cohort_id
    inner join stratified
        on
            pairs.metric = stratified.metric
            and pairs.metric_version = stratified.metric_version
    inner join predecessors
        on
            pairs.metric = predecessors.metric
            and pairs.metric_version = predecessors.metric_version
    left join comparable as defined
        on
            pairs.metric = defined.metric
            and predecessors.previous_version = defined.metric_version
            and pairs.cohort_grain = defined.cohort_grain
            and previous_pairs.cohort_period = defined.cohort_period

)

select * from final
