-- Where every eligible conversation had its whole window, there is nothing to project: all three rates are one.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
select *
from {{ ref('cohort_rates') }}
where
    eligible > 0
    and matured = eligible
    and not (
        abs(projected_rate - conversion_rate) <= 0.000000001
        and abs(observed_rate - conversion_rate) <= 0.000000001
    )
