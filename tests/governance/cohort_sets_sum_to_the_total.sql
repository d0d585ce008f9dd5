-- The additive columns of every set sum to the same total, period by period, and over all periods to what
-- metric_conversations and attributed_outcomes say when they are counted directly.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
with cohort_rates as (
    select * from {{ ref('cohort_rates') }}
),

sums as (
    select
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        {%- for measure in additive_measures() %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        sum(cast(credit as decimal(38, 12))) as credit,
        sum(cast(amount as decimal(38, 6))) as amount
    from cohort_rates
    group by
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by
),

periods as (
    select
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        'sets of one period differ' as problem
    from sums
    group by
        metric,
        metric_version,
        cohort_grain,
        cohort_period
    having
        max(credit) - min(credit) > 0.000001
        or max(amount) - min(amount) > 0.01
        {%- for measure in additive_measures() %}
        or max({{ measure }}) <> min({{ measure }})
        {%- endfor %}
),

counted as (
    select
        metric,
        metric_version,
        sum(case when eligibility = 'eligible' then 1 else 0 end) as eligible,
        sum(case when eligibility <> 'eligible' then 1 else 0 end) as excluded,
        sum(case when status = 'converted' then 1 else 0 end) as converted,
        sum(case when status = 'pending' then 1 else 0 end) as pending,
        sum(case when is_matured then 1 else 0 end) as matured,
        sum(case when is_matured and status = 'converted' then 1 else 0 end) as matured_converted
    from {{ ref('metric_conversations') }}
    group by
        metric,
        metric_version
),

touched as (
    select
        metric,
        metric_version,
        sum(cast(credit as decimal(38, 18))) as credit
    from {{ ref('attributed_outcomes') }}
    group by
        metric,
        metric_version
),

grains as (
    select
        metric,
        metric_version,
        cohort_grain,
        cohort_by,
        sum(excluded) as excluded,
        sum(eligible) as eligible,
        sum(converted) as converted,
        sum(pending) as pending,
        sum(matured) as matured,
        sum(matured_converted) as matured_converted,
        sum(credit) as credit
    from sums
    group by
        metric,
        metric_version,
        cohort_grain,
        cohort_by
),

totals as (
    select
        grains.metric,
        grains.metric_version,
        grains.cohort_grain,
        cast(null as date) as cohort_period,
        'a set does not sum to the total' as problem
    from grains
    left join counted
        on
            grains.metric = counted.metric
            and grains.metric_version = counted.metric_version
    left join touched
        on
            grains.metric = touched.metric
            and grains.metric_version = touched.metric_version
    where
        grains.excluded <> coalesce(counted.excluded, 0)
        or grains.eligible <> coalesce(counted.eligible, 0)
        or grains.converted <> coalesce(counted.converted, 0)
        or grains.pending <> coalesce(counted.pending, 0)
        or grains.matured <> coalesce(counted.matured, 0)
        or grains.matured_converted <> coalesce(counted.matured_converted, 0)
        or abs(grains.credit - coalesce(touched.credit, 0)) > 0.000001
)

select * from periods

union all

select * from totals
