-- Every rate of a cohort and both its limits lie between 0 and 1, and the limits around the rate.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
select *
from {{ ref('cohort_rates') }}
where
    not (conversion_rate between 0 and 1)
    or not (credited_rate between 0 and 1)
    or not (observed_rate between 0 and 1)
    or not (projected_rate between 0 and 1)
    or not (long_wait_rate between 0 and 1)
    or abandonment_rate is distinct from long_wait_rate
    or not (0 <= rate_low and rate_low <= conversion_rate and conversion_rate <= rate_high and rate_high <= 1)
    or not (0 <= projected_low and projected_low <= projected_rate and projected_rate <= projected_high and projected_high <= 1)
    or (conversion_rate is null) <> (matured = 0)
    or (rate_low is null) <> (conversion_rate is null)
    or (rate_high is null) <> (conversion_rate is null)
