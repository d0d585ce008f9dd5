-- Codes of dispositions that the seed disposition_categories does not list: they are ignored.
{{ config(
    severity='warn',
    meta={'what_to_do': 'add the code and its category to seeds/disposition_categories.csv; until then it is ignored'},
) }}
with dispositions as (
    select * from {{ ref('stg_dispositions') }}
)

select
    code,
    count(*) as row_count
from dispositions
where category is null
group by code
