-- Grain: one row per contact_id that moves to another.
-- Mind: merged_into is followed to its end, which need not be a contact of the input. A chain that ends in a circle
-- moves to the circle's least id (by UTF-8 bytes), as do the members of the circle but that one.
with recursive contacts as (
    select * from {{ ref('stg_contacts') }}
),

merges as (
    select
        contact_id,
        merged_into
    from contacts
    where merged_into <> contact_id
),

-- Every id on the way from each merged contact; the union drops what was seen, so a circle is walked once.
walks as (
    select
        contact_id,
        merged_into as reached_id
    from merges

    union

    select
        walks.contact_id,
        merges.merged_into as reached_id
    from walks
    inner join merges
        on walks.reached_id = merges.contact_id
),

circle_members as (
    select contact_id
    from walks
    where reached_id = contact_id
),

ends as (
    select
        walks.contact_id,
        min(walks.reached_id) as survivor_id
    from walks
    left join merges
        on walks.reached_id = merges.contact_id
    left join circle_members
        on walks.reached_id = circle_members.contact_id
    where
        merges.contact_id is null
        or circle_members.contact_id is not null
    group by walks.contact_id
),

final as (
    select
        contact_id,
        survivor_id
    from ends
    where survivor_id <> contact_id
)

select * from final
