-- Grain: one row per cohort of each metric's current version, as in cohort_rates.
-- Mind: which version that is is decided by `is_current` in metric_definitions: by status, effective_from and the day of
-- `as_of`. When another version comes into force, all rows of the metric change with it, past periods too.

{{ config(materialized='view') }}

with

cohort_rates as (

    select * from {{ ref('cohort_rates') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

current_versions as (

    select
        metric,
        metric_version
    from metric_definitions
    where is_current

),

final as (

    select
        cohort_rates.cohort_id,
        {{ cohort_key('cohort_rates') | indent(8) }},
        {%- for measure in additive_measures() %}
        cohort_rates.{{ measure }},
        {%- endfor %}
        cohort_rates.outcomes,
        cohort_rates.deals,
        cohort_rates.credit,
        cohort_rates.amount,
        cohort_rates.conversion_rate,
        cohort_rates.rate_low,
        cohort_rates.rate_high,
        cohort_rates.credited_rate,
        cohort_rates.observed_rate,
        cohort_rates.projected_rate,
        cohort_rates.projected_low,
        cohort_rates.projected_high,
        cohort_rates.projected_follow_up_days,
        cohort_rates.with_wait,
        cohort_rates.abandoned,
        cohort_rates.long_wait_rate,
        cohort_rates.abandonment_rate,
        cohort_rates.is_complete,
        cohort_rates.is_small,
        cohort_rates.uses_late_facts
    from cohort_rates
    inner join current_versions
        on
            cohort_rates.metric = current_versions.metric
            and cohort_rates.metric_version = current_versions.metric_version

)

select * from final
