select *
from {{ ref('ordrs') }} as o
join {{ source('raw', 'paymets') }} as p using (id)
