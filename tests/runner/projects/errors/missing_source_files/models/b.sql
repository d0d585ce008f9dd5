select * from {{ source('raw', 'one') }} join {{ source('db', 'three') }} using (id)
