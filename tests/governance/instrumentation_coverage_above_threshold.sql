{{ config(
    severity='warn',
    meta={'what_to_do': 'record the fact for more conversations (owner: rep_id of messages; disposition: the input dispositions; stage: lifecycle_stages). Until then do not rely on rates by it'},
) }}
-- Owner, stage, disposition and reply time are known for enough of the conversations that could have them. A row here
-- is a fact that rates by it cannot lean on.

select
    fact,
    covered_count,
    conversation_count,
    coverage,
    threshold
from {{ ref('instrumentation_coverage') }}
where coverage < threshold
