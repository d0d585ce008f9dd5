-- Metrics whose outcome no stage is mapped to: nothing of theirs can convert, and nothing matures.
{{ config(severity='warn') }}
with metric_definitions as (
    select * from {{ ref('metric_definitions') }}
),

outcome_clocks as (
    select * from {{ ref('outcome_clocks') }}
)

select
    metric_definitions.metric,
    metric_definitions.metric_version,
    metric_definitions.outcome
from metric_definitions
left join outcome_clocks
    on metric_definitions.outcome = outcome_clocks.outcome
where outcome_clocks.outcome is null
