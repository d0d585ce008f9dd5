-- Grain: one row per metric version, cut, value of the cut, period (grain `all` too) and reason, also where no conversation has it.
-- Mind: associations, not effects. `absent_rate` is the rate of conversations that show neither this cause nor one asked before it,
-- with the mix of strata of those that show it: what else differs between the two, nobody has held fixed.

{%- set reasons = drop_off_causes() + ['unexplained'] %}
{%- set group = 'metric, metric_version, cut_by, cut_value, period_grain, period_start' %}

with

cells as (

    select * from {{ ref('drop_off_cells') }}

),

grains as (

    {{ grain_rows() | indent(4) }}

),

declared as (

    {% call(reason, number) union_of(reasons) -%}
    select
        {{ number }} as reason_number,
        '{{ reason }}' as reason
    {%- endcall %}

),

reasons as (

    select
        declared.reason_number,
        declared.reason,
        declared.reason = 'unexplained' or coalesce(evidence.is_instrumented, false) as is_instrumented
    from declared
    left join {{ ref('drop_off_evidence') }} as evidence
        on declared.reason = evidence.reason

),

-- what a matured conversion brought on average, by the metric's own attribution
conversions as (

    select
        metric,
        metric_version,
        sum(matured_converted) as converted
    from cells
    where cut_by = 'all'
    group by
        metric,
        metric_version

),

credited as (

    select
        attributed_outcomes.metric,
        attributed_outcomes.metric_version,
        sum(cast(attributed_outcomes.credited_amount as decimal(38, 12))) as amount
    from {{ ref('attributed_outcomes') }} as attributed_outcomes
    inner join {{ ref('matured_conversations') }} as matured_conversations
        on
            attributed_outcomes.metric = matured_conversations.metric
            and attributed_outcomes.metric_version = matured_conversations.metric_version
            and attributed_outcomes.conversation_id = matured_conversations.conversation_id
    group by
        attributed_outcomes.metric,
        attributed_outcomes.metric_version

),

amounts as (

    select
        conversions.metric,
        conversions.metric_version,
        cast(credited.amount as double) as amount,
        conversions.converted
    from conversions
    inner join credited
        on
            conversions.metric = credited.metric
            and conversions.metric_version = credited.metric_version

),

strata as (

    select
        cells.metric,
        cells.metric_version,
        cells.cut_by,
        cells.cut_value,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.cell_date') | indent(8) }} as period_start,
        cells.stratum,
        reasons.reason_number,
        sum(cells.matured) as matured,
        sum(cells.matured_converted) as matured_converted
    from cells
    inner join reasons
        on cells.reason = reasons.reason
    cross join grains
    group by
        cells.metric,
        cells.metric_version,
        cells.cut_by,
        cells.cut_value,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.cell_date') | indent(8) }},
        cells.stratum,
        reasons.reason_number

),

periods as (

    select
        metric,
        metric_version,
        cut_by,
        cut_value,
        period_grain,
        period_start,
        sum(matured) as matured,
        sum(matured_converted) as matured_converted
    from strata
    group by
        metric,
        metric_version,
        cut_by,
        cut_value,
        period_grain,
        period_start

),

-- of each stratum and reason: those that show it, and those that pass it and all asked before it
passed as (

    select
        *,
        sum(matured) over (
            partition by {{ group }}, stratum
            order by reason_number desc
            rows between unbounded preceding and 1 preceding
        ) as absent,
        sum(matured_converted) over (
            partition by {{ group }}, stratum
            order by reason_number desc
            rows between unbounded preceding and 1 preceding
        ) as absent_converted
    from strata

),

-- strata in which nobody passes say nothing of the rate without the cause
weighed as (

    select
        *,
        sum(case when absent is not null then matured end) over (
            partition by {{ group }}, reason_number
        ) as covered
    from passed

),

totals as (

    select
        metric,
        metric_version,
        cut_by,
        cut_value,
        period_grain,
        period_start,
        reason_number,
        sum(matured) as affected,
        sum(matured_converted) as affected_converted,
        sum(absent) as absent,
        max(covered) as covered,
        sum(case when absent is not null then matured_converted end) as covered_converted,
        cast(sum(cast(
            matured / cast(covered as double) * (absent_converted / cast(absent as double)) as decimal(38, 18)
        )) as double) as absent_rate
        {%- for side in ['low', 'high'] %},
        sqrt(cast(sum({{ score_distance(
            'matured / cast(covered as double)', 'absent_converted', 'absent', side
        ) | indent(8) }}) as double)) as {{ side }}_distance
        {%- endfor %}
    from weighed
    group by
        metric,
        metric_version,
        cut_by,
        cut_value,
        period_grain,
        period_start,
        reason_number

),

counted as (

    select
        periods.metric,
        periods.metric_version,
        periods.cut_by,
        periods.cut_value,
        periods.period_grain,
        periods.period_start,
        reasons.reason_number,
        reasons.reason,
        reasons.is_instrumented,
        periods.matured - periods.matured_converted as all_unconverted,
        coalesce(totals.affected, 0) as affected,
        coalesce(totals.affected_converted, 0) as affected_converted,
        coalesce(totals.absent, 0) as absent,
        coalesce(totals.covered, 0) as covered,
        coalesce(totals.covered_converted, 0) as covered_converted,
        totals.absent_rate,
        totals.absent_rate - totals.low_distance as absent_low,
        totals.absent_rate + totals.high_distance as absent_high,
        amounts.amount / nullif(amounts.converted, 0) as mean_amount
    from periods
    cross join reasons
    left join totals
        on
            periods.metric = totals.metric
            and periods.metric_version = totals.metric_version
            and periods.cut_by = totals.cut_by
            and periods.cut_value = totals.cut_value
            and periods.period_grain = totals.period_grain
            and periods.period_start is not distinct from totals.period_start
            and reasons.reason_number = totals.reason_number
    left join amounts
        on
            periods.metric = amounts.metric
            and periods.metric_version = amounts.metric_version

),

rated as (

    select
        *,
        affected_converted / cast(nullif(affected, 0) as double) as affected_rate,
        {{ wilson_low('affected_converted', 'affected') | indent(8) }} as affected_low,
        {{ wilson_high('affected_converted', 'affected') | indent(8) }} as affected_high,
        covered_converted / cast(nullif(covered, 0) as double) as covered_rate,
        {{ wilson_low('covered_converted', 'covered') | indent(8) }} as covered_low,
        {{ wilson_high('covered_converted', 'covered') | indent(8) }} as covered_high
    from counted

),

final as (

    select
        metric,
        metric_version,
        'matured_converted_conversations' as numerator_id,
        'matured_conversations' as denominator_id,
        cut_by,
        cut_value,
        period_grain,
        period_start,
        cast(reason_number as bigint) as reason_number,
        reason,
        cast(affected - affected_converted as bigint) as unconverted,
        (affected - affected_converted) / cast(nullif(all_unconverted, 0) as double) as unconverted_share,
        cast(affected as bigint) as affected,
        cast(affected_converted as bigint) as affected_converted,
        affected_rate,
        affected_low,
        affected_high,
        cast(absent as bigint) as absent,
        absent_rate,
        case when absent_low < 0 then 0e0 else absent_low end as absent_low,
        case when absent_high > 1 then 1e0 else absent_high end as absent_high,
        covered / cast(nullif(affected, 0) as double) as coverage,
        covered * (absent_rate - covered_rate) as associated_conversions,
        covered * ({{ newcombe_limit(
            'absent_rate', 'absent_low', 'absent_high', 'covered_rate', 'covered_low', 'covered_high', 'low'
        ) | indent(8) }}) as associated_low,
        covered * ({{ newcombe_limit(
            'absent_rate', 'absent_low', 'absent_high', 'covered_rate', 'covered_low', 'covered_high', 'high'
        ) | indent(8) }}) as associated_high,
        covered * (absent_rate - covered_rate) * cast(mean_amount as double) as associated_amount,
        is_instrumented,
        {{ is_few('affected') }} or (reason <> 'unexplained' and {{ is_few('absent') }}) as is_small,
        true as uses_late_facts
    from rated

)

select * from final
