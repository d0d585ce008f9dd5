-- Conversions per dial are the connection rate times conversions per contact, and the counts are the same ones; people are no more
-- than their dials, and somebody was reached where a dial was answered. A row here breaks the chain.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}

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
        max(case when rate_name = 'conversions_per_contact' then denominator end) as contacts_below,
        max(case when rate_name = 'connection_rate' then denominator end) as dials,
        max(case when rate_name = 'lead_contact_rate' then numerator end) as leads_reached,
        max(case when rate_name = 'lead_contact_rate' then denominator end) as leads_dialled
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
    rate_count <> 5
    or not leads_reached between case when contacts_above > 0 then 1 else 0 end and contacts_above
    or not leads_dialled between 1 and dials
    or leads_reached > leads_dialled
    or contacts_above <> contacts_below
    or (contacts_above > 0 and not coalesce(abs(connection_rate * per_contact - per_dial) < 1e-12, false))
    or (contacts_above = 0 and per_dial <> 0)
