-- Credit counted where outcomes occurred and credit counted where conversations were anchored are the same credit.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
with occurred as (
    select
        metric,
        metric_version,
        cohort_by,
        cohort_grain,
        sum(cast(credit as decimal(38, 12))) as credit
    from {{ ref('period_rates') }}
    group by
        metric,
        metric_version,
        cohort_by,
        cohort_grain
),

anchored as (
    select
        metric,
        metric_version,
        cohort_by,
        cohort_grain,
        sum(cast(credit as decimal(38, 12))) as credit
    from {{ ref('cohort_rates') }}
    group by
        metric,
        metric_version,
        cohort_by,
        cohort_grain
)

select
    anchored.metric,
    anchored.metric_version,
    anchored.cohort_by,
    anchored.cohort_grain
from anchored
left join occurred
    on
        anchored.metric = occurred.metric
        and anchored.metric_version = occurred.metric_version
        and anchored.cohort_by = occurred.cohort_by
        and anchored.cohort_grain = occurred.cohort_grain
where abs(anchored.credit - coalesce(occurred.credit, 0)) > 0.000001
