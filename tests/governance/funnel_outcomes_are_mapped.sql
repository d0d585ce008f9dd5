-- Steps of funnels whose outcome no stage is mapped to: nothing reaches them. No error, as a funnel may name what the team does not record yet.
{{ config(
    severity='warn',
    meta={'what_to_do': 'map a stage to the outcome in seeds/outcome_stages.csv, or take the step out of the funnel in vars.yml; until then nobody reaches it'},
) }}
with funnel_definitions as (
    select * from {{ ref('funnel_definitions') }}
),

outcome_clocks as (
    select * from {{ ref('outcome_clocks') }}
)

select
    funnel_definitions.funnel,
    funnel_definitions.step,
    funnel_definitions.outcome
from funnel_definitions
left join outcome_clocks
    on funnel_definitions.outcome = outcome_clocks.outcome
where
    funnel_definitions.outcome is not null
    and outcome_clocks.outcome is null
