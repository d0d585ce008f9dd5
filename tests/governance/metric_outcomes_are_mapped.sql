-- Metrics whose outcome no stage is mapped to: nothing of theirs can convert, and nothing matures.
{{ config(meta={'what_to_do': 'map a stage to the outcome in seeds/outcome_stages.csv, or correct the outcome in vars.yml'}) }}
with metric_versions as (
    select * from {{ ref('metric_versions') }}
),

outcome_clocks as (
    select * from {{ ref('outcome_clocks') }}
)

select
    metric_versions.metric,
    metric_versions.metric_version,
    metric_versions.outcome
from metric_versions
left join outcome_clocks
    on metric_versions.outcome = outcome_clocks.outcome
where outcome_clocks.outcome is null
