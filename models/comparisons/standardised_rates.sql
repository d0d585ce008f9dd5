-- Grain: as cohort_rates, of metrics with strata and without grain `all`.
-- Mind: the standard is the mix of strata among all matured conversations of the metric version. A group without conversations in
-- a stratum says nothing of it; `coverage` is the share of the standard it does speak of, and `refusal` says when that is too little.

with

cohort_rates as (

    select * from {{ ref('cohort_rates') }}

),

cohort_strata as (

    select * from {{ ref('cohort_strata') }}

),

stratified as (

    {{ stratified_metrics() | trim }}

),

-- every set of a metric holds the same conversations, and so gives the same standard
standards as (

    select
        metric,
        metric_version,
        cohort_by,
        stratum,
        sum(matured) as weight
    from cohort_strata
    where cohort_grain = 'all'
    group by
        metric,
        metric_version,
        cohort_by,
        stratum

),

totals as (

    select
        metric,
        metric_version,
        cohort_by,
        sum(weight) as weight
    from standards
    group by
        metric,
        metric_version,
        cohort_by

),

covered as (

    select
        cohort_strata.cohort_id,
        sum(standards.weight) as weight,
        cast(sum(cast(
            standards.weight * (cohort_strata.matured_converted / cast(cohort_strata.matured as double)) as decimal(38, 18)
        )) as double) as weighted_rate,
        {%- for side in ['low', 'high'] %}
        sqrt(cast(sum({{ score_distance(
            'standards.weight / cast(totals.weight as double)', 'cohort_strata.matured_converted', 'cohort_strata.matured', side
        ) | indent(8) }}) as double)) as {{ side }}_distance{% if not loop.last %},{% endif %}
        {%- endfor %}
    from cohort_strata
    inner join standards
        on
            cohort_strata.metric = standards.metric
            and cohort_strata.metric_version = standards.metric_version
            and cohort_strata.cohort_by = standards.cohort_by
            and cohort_strata.stratum = standards.stratum
    inner join totals
        on
            standards.metric = totals.metric
            and standards.metric_version = totals.metric_version
            and standards.cohort_by = totals.cohort_by
    where cohort_strata.cohort_grain <> 'all'
    group by cohort_strata.cohort_id

),

standardised as (

    select
        cohort_rates.*,
        stratified.has_late_strata,
        covered.weighted_rate / covered.weight as standardised_rate,
        covered.low_distance * totals.weight / covered.weight as low_distance,
        covered.high_distance * totals.weight / covered.weight as high_distance,
        coalesce(covered.weight, 0) / cast(totals.weight as double) as coverage
    from cohort_rates
    inner join stratified
        on
            cohort_rates.metric = stratified.metric
            and cohort_rates.metric_version = stratified.metric_version
    left join totals
        on
            cohort_rates.metric = totals.metric
            and cohort_rates.metric_version = totals.metric_version
            and cohort_rates.cohort_by = totals.cohort_by
    left join covered
        on cohort_rates.cohort_id = covered.cohort_id
    where cohort_rates.cohort_grain <> 'all'

),

final as (

    select
        cohort_id,
        {{ cohort_key() | indent(8) }},
        matured,
        matured_converted,
        conversion_rate as crude_rate,
        standardised_rate,
        standardised_rate - low_distance as standardised_low,
        standardised_rate + high_distance as standardised_high,
        coverage,
        case
            when matured = 0 then 'nothing_matured'
            when not is_complete then 'incomplete'
            when coverage < {{ setting_minimum_coverage() }} then 'coverage'
        end as refusal,
        matured > 0 and is_complete and coalesce(coverage >= {{ setting_minimum_coverage() }}, false) as is_comparable,
        is_complete,
        is_small,
        uses_late_facts or has_late_strata as uses_late_facts
    from standardised

)

select * from final
