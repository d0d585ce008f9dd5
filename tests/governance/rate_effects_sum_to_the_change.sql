-- What changed within the strata and what their mix changed are the whole change, to the last digits that a double has.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
select
    cohort_id,
    rate_change,
    rate_effect,
    mix_effect
from {{ ref('rate_changes') }}
where abs(rate_effect + mix_effect - rate_change) > 1e-12
