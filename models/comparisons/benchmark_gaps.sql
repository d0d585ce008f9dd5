-- Grain: one row per item of the variable `benchmarked_metrics`, range that it names, metric version, and cohort with a matured
-- conversation that is complete or of grain `all`.
-- Mind: `verdict` looks at the interval: a rate is below a range when its upper limit is. A benchmark is somebody else's
-- definition; no verdict is better than the likeness of the two.

{%- set items = benchmarked_metrics() %}

with

cohort_rates as (

    select * from {{ ref('cohort_rates') }}

),

benchmarks as (

    select * from {{ ref('map_benchmarks') }}

),

declared as (

    {% for item in items -%}
    select
        {{ string_literal(item.metric) }} as metric,
        {{ string_literal(item.benchmark) }} as benchmark,
        {{ string_literal(item.step) }} as step,
        {{ string_literal(item.segment) }} as segment,
        {{ string_literal(item.dimension or 'all') }} as cohort_by,
        {{ string_literal(item.value) }} as dimension_value
    {%- if not loop.last %}

    union

    {% endif %}
    {%- else -%}
    select
        '' as metric,
        '' as benchmark,
        '' as step,
        '' as segment,
        '' as cohort_by,
        '' as dimension_value
    where false
    {%- endfor %}

),

measured as (

    select
        cohort_rates.cohort_id,
        cohort_rates.metric,
        cohort_rates.metric_version,
        cohort_rates.cohort_grain,
        cohort_rates.cohort_period,
        cohort_rates.cohort_by,
        declared.dimension_value,
        benchmarks.benchmark_id,
        benchmarks.benchmark,
        benchmarks.step,
        benchmarks.segment,
        cohort_rates.matured,
        cohort_rates.matured_converted,
        cohort_rates.conversion_rate,
        cohort_rates.rate_low,
        cohort_rates.rate_high,
        benchmarks.low as benchmark_low,
        benchmarks.high as benchmark_high,
        benchmarks.source as benchmark_source,
        cohort_rates.is_small,
        cohort_rates.uses_late_facts
    from cohort_rates
    inner join declared
        on
            cohort_rates.metric = declared.metric
            and cohort_rates.cohort_by = declared.cohort_by
            and case declared.cohort_by
                when 'all' then true
                {%- for dimension in cohort_dimensions() %}
                when '{{ dimension }}' then cohort_rates.{{ dimension }} = declared.dimension_value
                {%- endfor %}
            end
    inner join benchmarks
        on
            declared.benchmark = benchmarks.benchmark
            and declared.step = benchmarks.step
            and declared.segment = benchmarks.segment
    where
        cohort_rates.matured > 0
        and (cohort_rates.is_complete or cohort_rates.cohort_grain = 'all')

),

final as (

    select
        md5({{ joined_parts(['cohort_id', 'benchmark_id']) }}) as gap_id,
        cohort_id,
        metric,
        metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        dimension_value,
        benchmark,
        step,
        segment,
        matured,
        matured_converted,
        conversion_rate,
        rate_low,
        rate_high,
        benchmark_low,
        benchmark_high,
        case
            when conversion_rate < benchmark_low then conversion_rate - benchmark_low
            when conversion_rate > benchmark_high then conversion_rate - benchmark_high
            else 0e0
        end as gap,
        case
            when rate_high < benchmark_low then 'below'
            when rate_low > benchmark_high then 'above'
            when rate_low >= benchmark_low and rate_high <= benchmark_high then 'within'
            else 'undecided'
        end as verdict,
        benchmark_source,
        is_small,
        uses_late_facts
    from measured

)

select * from final
