-- Codes of dispositions that the seed disposition_categories does not list: they are ignored.
{{ config(severity='warn') }}
with dispositions as (
    select * from {{ ref('stg_dispositions') }}
)

select
    code,
    count(*) as row_count
from dispositions
where category is null
group by code
