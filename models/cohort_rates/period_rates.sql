-- Grain: as cohort_rates, without rows where both credit and eligible are 0.
-- Mind: outcomes stand in the period in which they occurred, conversations in the one in which they were anchored, so that
-- the rate can pass 1 and moves with the pace of the months before. It is no conversion rate.

with

cohort_members as (

    select * from {{ ref('cohort_members') }}

),

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

cell_touches as (

    select * from {{ ref('cell_touches') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

strata as (

    select distinct
        stratum_id,
        metric,
        metric_version,
        {{ cohort_dimensions() | join(',\n        ') }}
    from cohort_cells

),

places as (

    select distinct
        stratum_id,
        occurred_date
    from cell_touches

),

occurrences as (

    select
        strata.stratum_id,
        strata.metric,
        strata.metric_version,
        places.occurred_date,
        {{ qualified('strata', cohort_dimensions()) | join(',\n        ') }}
    from places
    inner join strata
        on places.stratum_id = strata.stratum_id

),

occurrence_cohorts as (

    {{ cohorts_of('occurrences', 'cohort_sets', 'occurred_date', ['stratum_id', 'occurred_date']) | indent }}

),

place_touches as (

    select
        stratum_id,
        occurred_date,
        outcome_number,
        sum(cast(credit as decimal(38, 18))) as credit
    from cell_touches
    group by
        stratum_id,
        occurred_date,
        outcome_number

),

touched as (

    select
        occurrence_cohorts.cohort_id,
        count(distinct place_touches.outcome_number) as outcomes,
        sum(place_touches.credit) as credit
    from place_touches
    inner join occurrence_cohorts
        on
            place_touches.stratum_id = occurrence_cohorts.stratum_id
            and place_touches.occurred_date = occurrence_cohorts.occurred_date
    group by occurrence_cohorts.cohort_id

),

anchored as (

    select
        cohort_members.cohort_id,
        sum(cohort_cells.eligible) as eligible
    from cohort_members
    inner join cohort_cells
        on cohort_members.cell_id = cohort_cells.cell_id
    group by cohort_members.cohort_id

),

named as (

    select
        cohort_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        {{ cohort_dimensions() | join(',\n        ') }},
        uses_late_facts
    from cohort_members

    union

    select
        cohort_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        {{ cohort_dimensions() | join(',\n        ') }},
        uses_late_facts
    from occurrence_cohorts

),

joined as (

    select
        named.*,
        cast(coalesce(anchored.eligible, 0) as bigint) as eligible,
        cast(coalesce(touched.outcomes, 0) as bigint) as outcomes,
        coalesce({{ exact_double('touched.credit') }}, 0e0) as credit
    from named
    left join anchored
        on named.cohort_id = anchored.cohort_id
    left join touched
        on named.cohort_id = touched.cohort_id

),

final as (

    select
        cohort_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        eligible,
        outcomes,
        credit,
        case when eligible > 0 then credit / eligible end as period_rate,
        uses_late_facts
    from joined
    where eligible > 0 or credit > 0

)

select * from final
