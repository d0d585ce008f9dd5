select order_id
from {{ ref('orders') }}
where ordered_on + ordered_on > 1
