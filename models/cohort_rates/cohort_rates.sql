-- Grain: one row per metric version, cohort grain, period, cohort set and values of the set's dimensions with at least one
-- conversation, below-kind ones included; over all time the set `all` has its row without one too: zeros, and no rate.
-- Mind: a dimension that is not in the set is null, a value that the conversation lacks is `unknown`. Read `conversion_rate`
-- only with `is_complete` and its limits; counts of outcomes and deals are distinct ones and do not add up.

with

cohort_members as (

    select * from {{ ref('cohort_members') }}

),

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

cohort_outcomes as (

    select * from {{ ref('cohort_outcomes') }}

),

cohort_survival as (

    select * from {{ ref('cohort_survival') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

{% set counts = additive_measures() + ['with_wait', 'abandoned', 'still_open', 'followed', 'followed_converted', 'cut_short'] -%}
found as (

    select
        cohort_members.cohort_id,
        cohort_members.metric,
        cohort_members.metric_version,
        cohort_members.cohort_grain,
        cohort_members.cohort_by,
        cohort_members.uses_late_facts,
        min(cohort_members.cohort_period) as cohort_period,
        {%- for dimension in cohort_dimensions() %}
        min(cohort_members.{{ dimension }}) as {{ dimension }},
        {%- endfor %}
        {%- for measure in counts %}
        cast(sum(cohort_cells.{{ measure }}) as bigint) as {{ measure }},
        {%- endfor %}
        sum(cohort_cells.credit) as credit,
        sum(cohort_cells.amount) as amount,
        max(cohort_cells.follow_up_us) as follow_up_us
    from cohort_members
    inner join cohort_cells
        on cohort_members.cell_id = cohort_cells.cell_id
    group by
        cohort_members.cohort_id,
        cohort_members.metric,
        cohort_members.metric_version,
        cohort_members.cohort_grain,
        cohort_members.cohort_by,
        cohort_members.uses_late_facts

),

-- the one row of a metric that has no conversation at all
not_found as (

    select
        cohort_sets.metric,
        cohort_sets.metric_version,
        cohort_sets.cohort_grain,
        cohort_sets.cohort_by,
        cohort_sets.uses_late_facts,
        cast(null as date) as cohort_period,
        {{ dimension_columns([]) }}
    from cohort_sets
    left join found
        on
            cohort_sets.metric = found.metric
            and cohort_sets.metric_version = found.metric_version
            and found.cohort_grain = 'all'
            and found.cohort_by = 'all'
    where
        cohort_sets.cohort_grain = 'all'
        and cohort_sets.cohort_by = 'all'
        and found.metric is null

),

totals as (

    select
        cohort_id,
        {{ cohort_key() | indent(8) }},
        uses_late_facts,
        {%- for measure in counts %}
        {{ measure }},
        {%- endfor %}
        credit,
        amount,
        follow_up_us
    from found

    union all

    select
        {{ cohort_id() | indent(8) }} as cohort_id,
        {{ cohort_key() | indent(8) }},
        uses_late_facts,
        {%- for measure in counts %}
        cast(0 as bigint) as {{ measure }},
        {%- endfor %}
        cast(0 as decimal(38, 18)) as credit,
        cast(0 as decimal(38, 12)) as amount,
        cast(null as bigint) as follow_up_us
    from not_found

),

-- one minus survival, and what its limits need; where nobody was cut short the product has telescoped
projected as (

    select
        totals.*,
        coalesce(cohort_outcomes.outcomes, 0) as outcomes,
        coalesce(cohort_outcomes.deals, 0) as deals,
        metric_cuts.complete_at,
        metric_cuts.is_kept_open,
        cohort_survival.cohort_id is not null as is_cut_short,
        coalesce(cohort_survival.is_extinct, totals.followed > 0 and totals.followed = totals.followed_converted) as is_extinct,
        case
            when totals.followed = 0 or totals.followed_converted = 0 then 0e0
            when cohort_survival.cohort_id is not null then cohort_survival.log_survival
            when totals.followed > totals.followed_converted
                then ln((totals.followed - totals.followed_converted) / cast(totals.followed as double))
            else 0e0
        end as log_survival,
        case
            when cohort_survival.cohort_id is not null then cohort_survival.greenwood
            when totals.followed > totals.followed_converted
                then
                    totals.followed_converted
                    / (cast(totals.followed as double) * (totals.followed - totals.followed_converted))
        end as greenwood
    from totals
    inner join metric_cuts
        on
            totals.metric = metric_cuts.metric
            and totals.metric_version = metric_cuts.metric_version
    left join cohort_outcomes
        on totals.cohort_id = cohort_outcomes.cohort_id
    left join cohort_survival
        on totals.cohort_id = cohort_survival.cohort_id

),

final as (

    select
        cohort_id,
        {{ cohort_key() | indent(8) }},
        {%- for measure in additive_measures() %}
        {{ measure }},
        {%- endfor %}
        cast(outcomes as bigint) as outcomes,
        cast(deals as bigint) as deals,
        {{ exact_double('credit') }} as credit,
        {{ exact_double('amount') }} as amount,
        case when matured > 0 then matured_converted / cast(matured as double) end as conversion_rate,
        {{ wilson_limit('matured_converted', 'matured', 'low') | indent(8) }} as rate_low,
        {{ wilson_limit('matured_converted', 'matured', 'high') | indent(8) }} as rate_high,
        case when matured > 0 then matured_credited / cast(matured as double) end as credited_rate,
        case when eligible > 0 then converted / cast(eligible as double) end as observed_rate,
        case
            when followed = 0 then null
            when not is_cut_short then followed_converted / cast(followed as double)
            when is_extinct then 1e0
            else 1 - exp(log_survival)
        end as projected_rate,
        case when not is_extinct then {{ log_log_limit('log_survival', 'greenwood', 'low') | indent(12) }} end as projected_low,
        case when not is_extinct then {{ log_log_limit('log_survival', 'greenwood', 'high') | indent(12) }} end as projected_high,
        follow_up_us / 86400e6 as projected_follow_up_days,
        with_wait,
        abandoned,
        case when with_wait > 0 then abandoned / cast(with_wait as double) end as long_wait_rate,
        case when with_wait > 0 then abandoned / cast(with_wait as double) end as abandonment_rate,
        coalesce(
            {{ period_end('cohort_grain', 'cohort_period') | indent(12) }} <= {{ local_time('complete_at') }}
            and pending = 0
            and not (is_kept_open and still_open > 0),
            false
        ) as is_complete,
        {{ is_few('matured') }} as is_small,
        uses_late_facts
    from projected

)

select * from final
