-- Grain: one row per dimension of maturity.
-- Mind: a stage is reached when nothing that it needs, nor any stage before it, is missing. What is unknown holds nobody back and is counted
-- beside it: a stage with unknown evidence is one that nobody has refuted.

with

evidence as (

    select * from {{ ref('maturity_evidence') }}

),

staged as (

    select
        dimension,
        min(check_number) as dimension_number,
        min(case when verdict = 'missing' then needed_for_stage end) as missing_stage,
        sum(case when verdict = 'met' then 1 else 0 end) as met_count,
        sum(case when verdict = 'missing' then 1 else 0 end) as missing_count,
        sum(case when verdict = 'unknown' then 1 else 0 end) as unknown_count
    from evidence
    group by dimension

),

missing as (

    select
        dimension,
        check_id,
        next_step,
        row_number() over (
            partition by dimension
            order by needed_for_stage, check_number, check_id
        ) as step_number
    from evidence
    where verdict = 'missing'

),

final as (

    select
        staged.dimension,
        cast(row_number() over (order by staged.dimension_number, staged.dimension) as bigint) as dimension_number,
        cast(coalesce(staged.missing_stage - 1, 3) as bigint) as stage,
        cast(staged.met_count as bigint) as met_count,
        cast(staged.missing_count as bigint) as missing_count,
        cast(staged.unknown_count as bigint) as unknown_count,
        missing.check_id as next_check_id,
        missing.next_step
    from staged
    left join missing
        on
            staged.dimension = missing.dimension
            and missing.step_number = 1

)

select * from final
