{{ config(materialized='table', tags=['mart']) }}

with customers as (
    select * from {{ ref('stg_customers') }}
),

paid as (
    {% call summed('amount_cents') %}
    select customer_id, amount_cents
    from {{ ref('stg_orders') }}
    where is_paid
    {% endcall %}
),

orders as (
    select
        customer_id,
        count(*) as order_count
    from {{ ref('stg_orders') }}
    group by customer_id
),

final as (
    select
        customers.customer_id,
        customers.customer_name,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(paid.total, 0) as paid_cents
    from customers
    left join orders using (customer_id)
    left join paid on paid.customer_id = customers.customer_id
    where coalesce(orders.order_count, 0) >= {{ var('min_orders') }}
)

select * from final
