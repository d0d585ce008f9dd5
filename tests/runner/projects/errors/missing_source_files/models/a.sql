select * from {{ source('raw', 'one') }}
union all
select * from {{ source('raw', 'two') }}
