-- Grain: one row per funnel, cohort of conversations by when they began it, and step.
-- Mind: compare rows with `is_complete` alone. The bottleneck is the step that is furthest below its benchmark, or that fell furthest
-- below its own history, and only where the interval says so; a low rate alone is none.

with

funnel_counts as (

    select * from {{ ref('funnel_counts') }}

),

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

benchmarks as (

    select * from {{ ref('map_benchmarks') }}

),

-- of several ranges of one step the one of the least name
ranges as (

    select
        benchmarks.step,
        benchmarks.low,
        benchmarks.high
    from benchmarks
    where
        benchmarks.benchmark = 'funnel'
        and benchmarks.segment = 'all'
    qualify row_number() over (partition by benchmarks.step order by benchmarks.benchmark_id) = 1

),

rated as (

    select
        funnel_counts.*,
        funnel_counts.advanced / nullif(cast(funnel_counts.entered as double), 0) as step_rate,
        {{ wilson_low('funnel_counts.advanced', 'funnel_counts.entered') | indent(8) }} as step_low,
        {{ wilson_high('funnel_counts.advanced', 'funnel_counts.entered') | indent(8) }} as step_high,
        funnel_counts.reached / nullif(cast(funnel_counts.matured as double), 0) as cumulative_rate,
        {{ wilson_low('funnel_counts.reached', 'funnel_counts.matured') | indent(8) }} as cumulative_low,
        {{ wilson_high('funnel_counts.reached', 'funnel_counts.matured') | indent(8) }} as cumulative_high,
        case when funnel_counts.step_number > 1 then ranges.low end as benchmark_low,
        case when funnel_counts.step_number > 1 then ranges.high end as benchmark_high,
        coalesce(
            funnel_counts.matured = funnel_counts.conversations
            and {{ period_end('funnel_counts.cohort_grain', 'funnel_counts.cohort_period') | indent(12) }}
            <= {{ local_time('funnel_definitions.known_at') }},
            false
        ) as is_complete
    from funnel_counts
    inner join funnel_definitions
        on
            funnel_counts.funnel = funnel_definitions.funnel
            and funnel_counts.step_number = funnel_definitions.step_number
    left join ranges
        on lower(funnel_counts.step) = ranges.step

),

with_history as (

    select
        rated.*,
        {%- for measure in ['entered', 'advanced'] %}
        case when cohort_grain <> 'all' and step_number > 1 then
            sum(case when is_complete then {{ measure }} end) over (
                partition by
                    funnel,
                    step_number,
                    cohort_grain,
                    cohort_by,
                    {{ cohort_dimensions() | join(',\n                    ') }}
                order by cohort_period, funnel_step_id
                rows between unbounded preceding and 1 preceding
            )
        end as history_{{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from rated

),

compared as (

    select
        with_history.*,
        history_advanced / nullif(cast(history_entered as double), 0) as history_rate,
        {{ wilson_low('history_advanced', 'history_entered') | indent(8) }} as history_low,
        {{ wilson_high('history_advanced', 'history_entered') | indent(8) }} as history_high
    from with_history

),

differing as (

    select
        compared.*,
        step_rate - history_rate as history_change,
        {%- for side in ['low', 'high'] %}
        {{ newcombe_limit('step_rate', 'step_low', 'step_high', 'history_rate', 'history_low', 'history_high', side) | indent(8) }} as history_change_{{ side }},
        {%- endfor %}
        case
            when step_high < benchmark_low then 'below'
            when step_low > benchmark_high then 'above'
            when step_low >= benchmark_low and step_high <= benchmark_high then 'within'
            when benchmark_low is not null and step_rate is not null then 'undecided'
        end as benchmark_verdict
    from compared

),

judged as (

    select
        differing.*,
        case
            when history_change_high < 0 then 'worse'
            when history_change_low > 0 then 'better'
            when history_change is not null then 'undecided'
        end as history_verdict
    from differing

),

ranked as (

    select
        judged.*,
        row_number() over (
            partition by cohort_id
            order by case when benchmark_verdict = 'below' then step_rate / benchmark_low else 2e0 end, step_number, funnel_step_id
        ) as benchmark_place,
        row_number() over (
            partition by cohort_id
            order by case when history_verdict = 'worse' then step_rate / history_rate else 2e0 end, step_number, funnel_step_id
        ) as history_place
    from judged

),

final as (

    select
        funnel_step_id,
        cohort_id,
        funnel,
        step_number,
        step,
        cohort_grain,
        cohort_period,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        conversations,
        matured,
        entered,
        advanced,
        reached,
        step_rate,
        step_low,
        step_high,
        cumulative_rate,
        cumulative_low,
        cumulative_high,
        median_seconds,
        p90_seconds,
        median_from_start_seconds,
        p90_from_start_seconds,
        benchmark_low,
        benchmark_high,
        benchmark_verdict,
        coalesce(benchmark_place = 1 and benchmark_verdict = 'below', false) as is_benchmark_bottleneck,
        cast(history_entered as bigint) as history_entered,
        history_rate,
        history_change,
        history_change_low,
        history_change_high,
        history_verdict,
        coalesce(history_place = 1 and history_verdict = 'worse', false) as is_history_bottleneck,
        is_complete,
        {{ is_few('entered') }} as is_small
    from ranked

)

select * from final
