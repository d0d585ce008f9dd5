{{ config(alias='payments_by_order', schema='finance') }}

select
    orders.order_id,
    payments.method,
    coalesce(payments.amount_cents, 0) as amount_cents,
    weight.weight,
    money.currency
from {{ ref('stg_orders') }} as orders
left join {{ ref('stg_payments') }} as payments on payments.order_id = orders.order_id
inner join {{ ref('weights') }} as weight on weight.rank = 1
cross join {{ ref('money', 'currencies') }} as money
where orders.is_paid
