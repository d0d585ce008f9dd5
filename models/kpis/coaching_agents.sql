-- Grain: one row per current metric version and rep who led matured conversations of it.
-- Mind: `expected_rate` is what the others of the same team make of the same mix. Among many reps the best is lucky, too: `learn_from` is only said of a
-- difference that chance explains hardly ever, however many are compared. Nobody is called worse: that is not what the table is for.

{%- set version = ['metric', 'metric_version'] %}
{%- set alpha = '1 - ' ~ setting_confidence() %}

with

cells as (

    select * from {{ ref('coaching_cells') }}

),

strata as (

    select
        cells.*,
        sum(matured) over (partition by metric, metric_version, team, stratum) - matured as other_trials,
        sum(matured_converted) over (partition by metric, metric_version, team, stratum) - matured_converted as other_hits
    from cells

),

weighed as (

    select
        strata.*,
        case when other_trials > 0 then matured / cast(sum(matured) over (partition by metric, metric_version, agent_id) as double) end as weight,
        cast(matured + other_trials as double) as n,
        cast(matured_converted + other_hits as double) as k
    from strata

),

-- Cochran, Mantel and Haenszel: what the rep converted beyond what the stratum as a whole would have given
agents as (

    select
        {{ version | join(', ') }},
        agent_id,
        sum(matured) as matured,
        sum(matured_converted) as matured_converted,
        sum(answered) as answered,
        sum(fast) as fast,
        sum(written) as written,
        sum(asked) as asked,
        sum(case when other_trials > 0 then matured else 0 end) as covered,
        cast(sum(cast(weight * (matured_converted / cast(matured as double)) as decimal(38, 18))) as double) as own_rate,
        cast(sum(cast(weight * (other_hits / nullif(cast(other_trials as double), 0)) as decimal(38, 18))) as double) as other_rate,
        {%- for side, own, other in [('low', 'low', 'high'), ('high', 'high', 'low')] %}
        sqrt(
            cast(sum({{ score_distance('weight', 'matured_converted', 'matured', own) | indent(12) }}) as double)
            + cast(sum({{ score_distance('weight', 'other_hits', 'other_trials', other) | indent(12) }}) as double)
        ) as {{ side }}_distance,
        {%- endfor %}
        cast(sum(cast(case when other_trials > 0 then matured_converted - matured * k / n end as decimal(38, 18))) as double)
        / nullif(sqrt(cast(sum(cast(
            case when other_trials > 0 then matured * other_trials * k * (n - k) / (n * n * (n - 1)) end as decimal(38, 18)
        )) as double)), 0) as z
    from weighed
    group by
        {{ version | join(', ') }},
        agent_id

),

tested as (

    select
        agents.*,
        md5({{ joined_parts(['metric', 'cast(metric_version as varchar)', 'agent_id']) }}) as coaching_id,
        covered / cast(matured as double) as coverage,
        case
            when matured < {{ few() }} then 'too_few'
            when covered < {{ setting_minimum_coverage() }} * matured or covered = 0 then 'not_comparable'
            when z is null then 'undecided'
            else 'compared'
        end as state,
        case
            when matured >= {{ few() }} and covered > 0 and covered >= {{ setting_minimum_coverage() }} * matured
                then {{ two_sided_p('z') }}
        end as p
    from agents

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p', version, 'coaching_id') | indent(4) | trim }}

),

final as (

    select
        coaching_id,
        metric,
        metric_version,
        agent_id,
        cast(matured as bigint) as matured,
        cast(matured_converted as bigint) as matured_converted,
        case when state <> 'too_few' then matured_converted / cast(matured as double) end as conversion_rate,
        case when state <> 'too_few' then {{ wilson_low('matured_converted', 'matured') | indent(8) }} end as rate_low,
        case when state <> 'too_few' then {{ wilson_high('matured_converted', 'matured') | indent(8) }} end as rate_high,
        {{ nine_places("case when p is not null then other_rate / coverage end") }} as expected_rate,
        {{ nine_places("case when p is not null then (own_rate - other_rate) / coverage end") }} as difference,
        {{ nine_places("case when p is not null then (own_rate - other_rate - low_distance) / coverage end") }} as difference_low,
        {{ nine_places("case when p is not null then (own_rate - other_rate + high_distance) / coverage end") }} as difference_high,
        coverage,
        adjusted_p,
        case
            when state <> 'compared' then state
            when adjusted_p < {{ alpha }} and z > 0 and own_rate - other_rate > low_distance then 'learn_from'
            else 'undecided'
        end as verdict,
        case when answered >= {{ few() }} then fast / cast(answered as double) end as fast_share,
        case when written >= {{ few() }} then asked / cast(written as double) end as asked_share,
        {{ is_few('matured') }} as is_small
    from adjusted

)

select * from final
