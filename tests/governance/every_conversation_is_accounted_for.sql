-- Conversations are below the kind, excluded or eligible, and eligible ones converted, not converted or pending: in every
-- cohort. And grain all of every set holds every conversation there is.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
with cohort_rates as (
    select * from {{ ref('cohort_rates') }}
),

totals as (
    select
        metric,
        metric_version,
        cohort_by,
        sum(conversations) as conversations
    from cohort_rates
    where cohort_grain = 'all'
    group by
        metric,
        metric_version,
        cohort_by
)

select
    metric,
    metric_version,
    cohort_id as place,
    'parts do not add up' as problem
from cohort_rates
where
    conversations <> below_kind + excluded + eligible
    or eligible <> converted + not_converted + pending

union all

select
    metric,
    metric_version,
    cohort_by as place,
    'conversations are missing or counted twice' as problem
from totals
where conversations <> (select count(*) from {{ ref('conversations') }})
