with orders as (
    select * from {{ ref('orders') }}
)

select
    orders.order_id,
    orders.amuont
from orders
