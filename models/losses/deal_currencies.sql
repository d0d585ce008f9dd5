-- Grain: one row per currency in which amounts of deals are given; one more for those of which nothing says it.
-- Mind: given_count = used_count + lost_count. Only deals that staging keeps are counted, and those with an amount that was read:
-- one that was not is in staging_unreadable. Without the variable reporting_currency nothing is lost, and all currencies are summed as
-- if they were one.
with

deals as (

    select * from {{ ref('stg_deals') }}

),

final as (

    select
        currency,
        count(*) as given_count,
        count(amount) as used_count,
        count(*) - count(amount) as lost_count,
        min(case when amount is null then created_at end) as first_lost_at,
        max(case when amount is null then created_at end) as last_lost_at
    from deals
    where given_amount is not null
    group by currency

)

select * from final
