-- Grain: one row per period of the first conversion (grain `all` too) and horizon; horizon_days is null for all to date.
-- Mind: older cohorts had longer to buy again. Compare cohorts at a horizon, which counts only customers who have been observed that
-- long and only what they bought by then; to date, look at observed_days first.

with

purchases as (

    select
        outcome_id,
        contact_id,
        occurred_at,
        cast(amount as decimal(38, 12)) as amount
    from {{ ref('outcomes') }}
    where
        outcome = {{ setting_revenue_outcome() }}
        and contact_id is not null

),

clocks as (

    select complete_at
    from {{ ref('outcome_clocks') }}
    where outcome = {{ setting_revenue_outcome() }}

),

first_purchases as (

    select
        contact_id,
        min(occurred_at) as first_at
    from purchases
    group by contact_id

),

customers as (

    select
        first_purchases.contact_id,
        first_purchases.first_at,
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'first_purchases.first_at') | indent(8) }} as cell_date,
        case
            when clocks.complete_at > first_purchases.first_at
                then {{ epoch_micros('clocks.complete_at') }} - {{ epoch_micros('first_purchases.first_at') }}
            when clocks.complete_at is not null then 0
        end as observed_micros
    from first_purchases
    left join clocks
        on true

),

horizons as (

    select cast(null as bigint) as horizon_days
    {%- for days in value_horizons() %}

    union all

    select {{ days }} as horizon_days
    {%- endfor %}

),

observed as (

    select
        customers.contact_id,
        customers.cell_date,
        customers.observed_micros,
        horizons.horizon_days,
        count(*) as purchase_count,
        count(purchases.amount) as amount_count,
        sum(purchases.amount) as revenue
    from customers
    inner join horizons
        on
            horizons.horizon_days is null
            or customers.observed_micros >= horizons.horizon_days * 86400000000
    inner join purchases
        on
            customers.contact_id = purchases.contact_id
            and (
                horizons.horizon_days is null
                or {{ epoch_micros('purchases.occurred_at') }} - {{ epoch_micros('customers.first_at') }}
                < horizons.horizon_days * 86400000000
            )
    group by
        customers.contact_id,
        customers.cell_date,
        customers.observed_micros,
        horizons.horizon_days

),

grains as (

    {{ grain_rows() | indent(4) }}

),

summed as (

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'observed.cell_date') | indent(8) }} as period_start,
        observed.horizon_days,
        count(*) as customers,
        sum(case when observed.purchase_count > 1 then 1 else 0 end) as repeat_customers,
        sum(observed.purchase_count) as purchases,
        sum(observed.purchase_count - observed.amount_count) as purchases_without_amount,
        coalesce(sum(observed.revenue), 0) as revenue,
        min(observed.observed_micros) as least_micros,
        max(observed.observed_micros) as greatest_micros,
        sum(observed.observed_micros) as observed_micros,
        count(observed.observed_micros) as observed_count
    from observed
    cross join grains
    group by
        grains.period_grain,
        {{ period_start('grains.period_grain', 'observed.cell_date') | indent(8) }},
        observed.horizon_days

),

final as (

    select
        period_grain,
        period_start,
        horizon_days,
        'repeat_customers' as numerator_id,
        'customers' as denominator_id,
        cast(customers as bigint) as customers,
        cast(purchases as bigint) as purchases,
        cast(purchases_without_amount as bigint) as purchases_without_amount,
        cast(revenue as double) as revenue,
        cast(revenue as double) / customers as revenue_per_customer,
        cast(repeat_customers as bigint) as repeat_customers,
        repeat_customers / cast(customers as double) as repeat_rate,
        {{ wilson_low('repeat_customers', 'customers') | indent(8) }} as rate_low,
        {{ wilson_high('repeat_customers', 'customers') | indent(8) }} as rate_high,
        least_micros / 86400000000e0 as least_observed_days,
        observed_micros / (cast(nullif(observed_count, 0) as double) * 86400000000) as mean_observed_days,
        greatest_micros / 86400000000e0 as greatest_observed_days,
        {{ is_few('customers') }} as is_small
    from summed

)

select * from final
