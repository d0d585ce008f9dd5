-- Values that somebody is to decide on: the seed undecided_values says what `convsql init` guessed and why it was not sure. Until a
-- value stands in its own seed, its guess counts nowhere. Delete the lines that are decided.
{{ config(
    severity='warn',
    meta={'what_to_do': 'put each value into the seed that is named, then delete its line in seeds/undecided_values.csv; until then it counts nowhere'},
) }}
with undecided_values as (
    select * from {{ ref('undecided_values') }}
),

decided as (
    select 'outcome_stages' as seed, source, {{ as_code('stage') }} as value from {{ ref('outcome_stages') }} where {{ as_code('outcome') }} is not null
    union all
    select 'channels' as seed, cast(null as varchar) as source, {{ as_code('raw_channel') }} as value from {{ ref('channels') }}
    union all
    select 'message_statuses' as seed, cast(null as varchar) as source, {{ as_code('status') }} as value from {{ ref('message_statuses') }}
    union all
    select 'disposition_categories' as seed, cast(null as varchar) as source, {{ as_code('code') }} as value from {{ ref('disposition_categories') }}
    union all
    select 'industry_groups' as seed, cast(null as varchar) as source, {{ as_code('industry') }} as value from {{ ref('industry_groups') }}
)

select
    undecided_values.seed,
    undecided_values.value,
    undecided_values.proposal,
    undecided_values.reason
from undecided_values
left join decided
    on undecided_values.seed = decided.seed
    and undecided_values.value = decided.value
    and coalesce(undecided_values.source, '') = coalesce(decided.source, '')
where decided.value is null
