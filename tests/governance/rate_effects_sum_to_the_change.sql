-- What changed within the strata and what their mix changed are the whole change, to the last digits that a double has.
select
    cohort_id,
    rate_change,
    rate_effect,
    mix_effect
from {{ ref('rate_changes') }}
where abs(rate_effect + mix_effect - rate_change) > 1e-12
