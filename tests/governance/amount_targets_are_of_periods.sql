{{ config(
    severity='warn',
    meta={'what_to_do': 'correct the row in seeds/amount_targets.csv: period_grain is day, week, month, quarter or year, period_start its first day, amount above 0'},
) }}

-- Every row of the seed amount_targets has a length that is known, the first day of such a period, and an amount above 0.
select
    amount_targets.period_grain,
    amount_targets.period_start,
    amount_targets.amount
from {{ ref('amount_targets') }} as amount_targets
where
    not coalesce(amount_targets.amount > 0, false)
    or not coalesce({{ as_code('amount_targets.period_grain') }} in ({{ string_list(known_grains()) }}), false)
    or not coalesce(
        amount_targets.period_start = {{ period_start(as_code('amount_targets.period_grain'), 'amount_targets.period_start') }},
        false
    )
