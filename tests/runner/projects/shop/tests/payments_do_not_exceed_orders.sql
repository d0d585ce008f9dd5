{{ config(severity='warn') }}
select order_id, sum(amount_cents) as paid
from {{ ref('order_payments') }} as p
group by order_id
having sum(amount_cents) > (select max(amount_cents) from {{ ref('stg_orders') }} as o where o.order_id = p.order_id)
