-- Conversions per dial are the connection rate times conversions per contact, and the counts are the same ones. A row here breaks the chain.

with rates as (

    select * from {{ ref('contact_close_rates') }}

),

chained as (

    select
        metric,
        metric_version,
        period_grain,
        period_start,
        cut_by,
        cut_value,
        count(*) as rate_count,
        max(case when rate_name = 'connection_rate' then close_rate end) as connection_rate,
        max(case when rate_name = 'conversions_per_contact' then close_rate end) as per_contact,
        max(case when rate_name = 'conversions_per_dial' then close_rate end) as per_dial,
        max(case when rate_name = 'connection_rate' then numerator end) as contacts_above,
        max(case when rate_name = 'conversions_per_contact' then denominator end) as contacts_below
    from rates
    group by
        metric,
        metric_version,
        period_grain,
        period_start,
        cut_by,
        cut_value

)

select *
from chained
where
    rate_count <> 4
    or contacts_above <> contacts_below
    or (contacts_above > 0 and not coalesce(abs(connection_rate * per_contact - per_dial) < 1e-12, false))
    or (contacts_above = 0 and per_dial <> 0)
