-- Grain: one row per kind of meetings (or `proposal`) and measure, where at least one was reminded of.
-- Mind: it shows what goes with a reminder, and not what a reminder does: who is reminded is somebody's choice. A proposal is compared as it stands
-- some days after it was sent, for whoever signs at once is never reminded.

{%- set cut = ['subject', 'measure'] %}

with

placed as (

    select
        subject,
        measure,
        stratum,
        case when is_reminded then 1 else 0 end as is_reminded,
        case when is_reached then 1 else 0 end as hit,
        wait_us
    from {{ ref('reminder_trials') }}

),

cells as (

    select
        {{ cut | join(', ') }},
        stratum,
        sum(is_reminded) as trials,
        sum(is_reminded * hit) as hits,
        sum(1 - is_reminded) as other_trials,
        sum((1 - is_reminded) * hit) as other_hits
    from placed
    group by
        {{ cut | join(', ') }},
        stratum

),

weighed as (

    select
        cells.*,
        case
            when trials > 0 and other_trials > 0
                then trials / cast(sum(trials) over (partition by {{ cut | join(', ') }}) as double)
        end as weight
    from cells

),

compared as (

    select
        {{ cut | join(', ') }},
        sum(trials) as trials,
        sum(hits) as hits,
        sum(other_trials) as other_trials,
        sum(other_hits) as other_hits,
        sum(case when weight is not null then trials else 0 end) as covered,
        cast(sum(cast(weight * (hits / nullif(cast(trials as double), 0)) as decimal(38, 18))) as double) as own_rate,
        cast(sum(cast(weight * (other_hits / nullif(cast(other_trials as double), 0)) as decimal(38, 18))) as double) as other_rate,
        {%- for side, own, other in [('low', 'low', 'high'), ('high', 'high', 'low')] %}
        sqrt(
            cast(sum({{ score_distance('weight', 'hits', 'trials', own) | indent(12) }}) as double)
            + cast(sum({{ score_distance('weight', 'other_hits', 'other_trials', other) | indent(12) }}) as double)
        ) as {{ side }}_distance{% if not loop.last %},{% endif %}
        {%- endfor %}
    from weighed
    group by
        {{ cut | join(', ') }}

),

times as (

    select
        {{ cut | join(', ') }},
        percentile_cont(0.5) within group (order by case when is_reminded = 1 then wait_us end) as median_us,
        percentile_cont(0.5) within group (order by case when is_reminded = 0 then wait_us end) as other_median_us
    from placed
    group by
        {{ cut | join(', ') }}

),

judged as (

    select
        compared.*,
        covered / cast(trials as double) as coverage,
        case
            when trials < {{ few() }} or other_trials < {{ few() }} then 'too_few'
            when covered < {{ setting_minimum_coverage() }} * trials or covered = 0 then 'not_comparable'
            else 'compared'
        end as state
    from compared
    where trials > 0

),

measured as (

    select
        judged.*,
        {{ covered_differences() | indent(8) }}
    from judged

),

final as (

    select
        md5({{ joined_parts(['measured.subject', 'measured.measure']) }}) as reminder_id,
        measured.subject,
        measured.measure,
        cast(measured.trials as bigint) as reminded,
        cast(measured.hits as bigint) as reminded_reached,
        measured.hits / cast(measured.trials as double) as reminded_rate,
        {{ wilson_low('measured.hits', 'measured.trials') | indent(8) }} as rate_low,
        {{ wilson_high('measured.hits', 'measured.trials') | indent(8) }} as rate_high,
        cast(measured.other_trials as bigint) as others,
        cast(measured.other_hits as bigint) as others_reached,
        measured.other_hits / nullif(cast(measured.other_trials as double), 0) as others_rate,
        {{ nine_places('measured.expected_rate') }} as expected_rate,
        {{ nine_places('measured.difference') }} as difference,
        {{ nine_places('measured.difference_low') }} as difference_low,
        {{ nine_places('measured.difference_high') }} as difference_high,
        measured.coverage,
        case
            when measured.state = 'compared' and measured.difference_low > 0 then 'higher'
            when measured.state = 'compared' and measured.difference_high < 0 then 'lower'
            when measured.state = 'compared' then 'undecided'
            else measured.state
        end as verdict,
        times.median_us / 86400000000e0 as median_days,
        times.other_median_us / 86400000000e0 as others_median_days,
        {{ is_few('measured.trials') }} as is_small
    from measured
    inner join times
        on {{ equal_columns('measured', 'times', cut) }}

)

select * from final
