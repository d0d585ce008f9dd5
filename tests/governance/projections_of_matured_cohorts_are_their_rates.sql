-- Where every eligible conversation had its whole window, there is nothing to project: all three rates are one.
select *
from {{ ref('cohort_rates') }}
where
    eligible > 0
    and matured = eligible
    and not (
        abs(projected_rate - conversion_rate) <= 0.000000001
        and abs(observed_rate - conversion_rate) <= 0.000000001
    )
