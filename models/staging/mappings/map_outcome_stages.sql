-- Grain: one row per source, stage and outcome, each trimmed and lower-cased.
-- Mind: a stage that is no outcome (`none`) is left out. A stage may be several outcomes; an outcome may come from one source only, which a test of tests/governance holds.
with

outcome_stages as (

    select * from {{ ref('outcome_stages') }}

),

final as (

    select distinct
        {{ as_code('source') }} as source,
        {{ as_code('stage') }} as stage,
        {{ as_code('outcome') }} as outcome
    from outcome_stages
    where
        {{ as_code('source') }} is not null
        and {{ as_code('stage') }} is not null
        and {{ as_code('outcome') }} <> 'none'

)

select * from final
