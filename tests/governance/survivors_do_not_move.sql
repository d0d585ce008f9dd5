-- No contact moves to one that moves itself: chains and circles of merges were followed to their end.
{{ config(meta={'what_to_do': 'correct merged_into of these contacts at the source: merges lead in a circle, or too far'}) }}
with contact_survivors as (
    select * from {{ ref('contact_survivors') }}
)

select
    moved.contact_id,
    moved.survivor_id,
    further.survivor_id as further_id
from contact_survivors as moved
inner join contact_survivors as further
    on moved.survivor_id = further.contact_id
