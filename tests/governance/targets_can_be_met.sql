{{ config(
    severity='warn',
    meta={'what_to_do': 'correct the row in seeds/targets.csv: the name of a metric of vars.yml, and a share such as 0.15 rather than 15'},
) }}

-- Every row of the seed targets names a metric that is defined, and a share that a rate can reach: 0.15, and not 15.
select
    targets.metric,
    targets.period_start,
    targets.target
from {{ ref('targets') }} as targets
where
    not coalesce(targets.target > 0 and targets.target <= 1, false)
    or not exists (
        select 1 from {{ ref('metric_definitions') }} as defined
        where defined.metric = {{ as_code('targets.metric') }}
    )
