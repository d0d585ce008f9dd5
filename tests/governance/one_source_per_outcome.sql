-- An outcome is mapped from one source: a second would count the same commercial event twice.
with outcome_stages as (
    select * from {{ ref('map_outcome_stages') }}
)

select
    outcome,
    min(source) as first_source,
    max(source) as last_source
from outcome_stages
group by outcome
having min(source) <> max(source)
