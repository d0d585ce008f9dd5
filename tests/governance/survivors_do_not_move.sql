-- No contact moves to one that moves itself: chains and circles of merges were followed to their end.
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
