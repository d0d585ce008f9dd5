{{
    config(
        materialized = 'ephemeral',
    )
}}

-- a comment on the last line must not swallow what comes after it
select
    cast(payment_id as bigint) as payment_id,
    cast(order_id as bigint) as order_id,
    method,
    {{ money.to_cents('cast(amount as decimal(18, 2))') }} as amount_cents
from {{ source('raw', 'payments') }} -- the end
