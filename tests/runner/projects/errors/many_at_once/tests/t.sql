select *
from {{ ref('f') }}
where wrong > 1
