-- Currencies of which amounts of deals could not be converted into the reporting currency, and are null from staging on.
{{ config(severity='warn') }}
select
    currency,
    lost_count,
    given_count,
    first_lost_at,
    last_lost_at,
    'give seeds/currency_rates.csv a rate of ' || currency || ' from ' || cast(cast(first_lost_at as date) as varchar)
    || ' or earlier; or accept the loss: accepted_losses: ["deals.currency"] in vars.yml' as what_to_do
from {{ ref('deal_currencies') }}
where
    lost_count > 0
    and 'deals.currency' not in {{ setting_accepted_losses() }}
