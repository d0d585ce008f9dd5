-- Grain: one row per target of the variable sla_targets, period (grain `all` too), cut and value.
-- Mind: counted is what is due: first waits that were answered, or have waited longer than the target by as_of. An open wait that can still be
-- answered in time is `not_due`. A wait is in every target that it fits: do not add targets up.

{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set cuts = ['channel', 'owner_team'] %}
{%- set keys = ['target', 'clock', 'target_us'] %}

with

sla_waits as (

    select * from {{ ref('sla_waits') }}

),

placed as (

    select
        *
        {%- for grain in grains %},
        {{ period_start("'" ~ grain ~ "'", 'opened_date') | indent(8) }} as {{ grain }}_start
        {%- endfor %}
    from sla_waits

),

counted as (

    select
        target,
        clock,
        target_us,
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cut_of_grouping(cuts) | indent(8) }},
        count(*) as waits,
        sum(case when is_due then 1 else 0 end) as due,
        sum(case when is_due and is_in_time then 1 else 0 end) as in_time,
        sum(case when is_answered and not is_in_time then 1 else 0 end) as late,
        sum(case when not is_answered and not is_in_time then 1 else 0 end) as unanswered
    from placed
    group by grouping sets (
        {{ grouping_of_cuts(cuts, keys) | indent(8) }}
    )

),

final as (

    select
        md5({{ joined_parts(['target', 'period_grain', 'cast(period_start as varchar)', 'cut_by', 'cut_value']) }}) as compliance_id,
        'first_waits_answered_in_time' as numerator_id,
        'first_waits_due' as denominator_id,
        target,
        clock,
        target_us / 60000000e0 as target_minutes,
        period_grain,
        period_start,
        cut_by,
        cut_value,
        cast(waits as bigint) as waits,
        cast(waits - due as bigint) as not_due,
        cast(due as bigint) as due,
        cast(in_time as bigint) as in_time,
        cast(late as bigint) as late,
        cast(unanswered as bigint) as unanswered,
        in_time / nullif(cast(due as double), 0) as compliance_rate,
        {{ wilson_low('in_time', 'due') | indent(8) }} as rate_low,
        {{ wilson_high('in_time', 'due') | indent(8) }} as rate_high,
        {{ is_few('due') }} as is_small,
        cut_by = 'owner_team' as uses_late_facts
    from counted

)

select * from final
