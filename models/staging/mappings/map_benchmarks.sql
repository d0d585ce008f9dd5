-- Grain: one row per benchmark, step, segment, range and source: a seed may hold several ranges of one step.
-- Mind: an end left blank is open (0 or 1); ends the wrong way round are put right; shares, not per cents.
with

benchmarks as (

    select * from {{ ref('benchmarks') }}

),

typed as (

    select
        {{ as_code('benchmark') }} as benchmark,
        {{ as_code('step') }} as step,
        coalesce({{ as_code('segment') }}, 'all') as segment,
        cast(least(coalesce(low, 0), coalesce(high, 1)) as decimal(18, 9)) as low,
        cast(greatest(coalesce(low, 0), coalesce(high, 1)) as decimal(18, 9)) as high,
        {{ as_text('source') }} as source
    from benchmarks
    where
        {{ as_code('benchmark') }} is not null
        and {{ as_code('step') }} is not null

),

final as (

    select distinct
        md5({{ joined_parts(
            ['benchmark', 'step', 'segment', 'cast(low as varchar)', 'cast(high as varchar)', 'source']
        ) }}) as benchmark_id,
        benchmark,
        step,
        segment,
        cast(low as double) as low,
        cast(high as double) as high,
        source
    from typed

)

select * from final
