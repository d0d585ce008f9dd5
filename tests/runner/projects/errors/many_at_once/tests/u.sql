select *
from {{ ref('good') }}
where wrong > 1
