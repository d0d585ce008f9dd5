-- An outcome is mapped from one source: a second would count the same commercial event twice.
{{ config(meta={'what_to_do': 'keep the rows of one source for this outcome in seeds/outcome_stages.csv, and give the others another outcome or `none`'}) }}
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
