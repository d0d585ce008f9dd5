select * from {{ ref('aa') }}
