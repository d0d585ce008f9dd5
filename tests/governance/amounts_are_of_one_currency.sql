-- Amounts of deals of several currencies that are summed as if they were one: without the variable reporting_currency nothing is converted.
-- Mind: `$`, `¥` and `kr` are signs that several currencies share, so an amount of which nothing is said may be in the same one; beside a
-- code it counts as another currency.
{{ config(severity='warn') }}
with currencies as (
    select * from {{ ref('deal_currencies') }}
),

counted as (
    select
        count(*) as currency_count,
        count(currency) as named_count,
        max(length(currency)) as longest_name,
        string_agg(
            coalesce(currency, 'not stated') || ' ' || cast(given_count as varchar), ', '
            order by coalesce(currency, 'not stated')
        ) as currencies
    from currencies
)

select
    currencies,
    'amounts of several currencies are summed: ' || currencies
    || '; set reporting_currency and seeds/currency_rates.csv, or accept it: accepted_losses: ["deals.currency"] in vars.yml'
        as what_to_do
from counted
where
    {{ '1 = 0' if reporting_currency() else '1 = 1' }}
    and (named_count > 1 or (currency_count > named_count and longest_name >= 3))
    and 'deals.currency' not in {{ setting_accepted_losses() }}
