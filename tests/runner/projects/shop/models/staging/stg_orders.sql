{{ config(tags=['orders']) }}

{% set statuses = ['paid', 'returned', 'open'] %}

select
    orders.order_id,
    orders.customer_id,
    orders.ordered_at,
    orders.status,
    {{ money.to_cents('orders.amount') }} as amount_cents,
    {% for status in statuses %}
    orders.status = '{{ status }}' as is_{{ status }}{{ "," if not loop.last }}
    {% endfor %}
from {{ source('raw', 'orders') }} as orders
where orders.ordered_at >= {{ since(var('first_day')) }}
