-- Grain: one row per contact_id that moves to another.
-- Mind: merged_into is followed to its end, which need not be a contact of the input. A chain that ends in a circle
-- moves to the circle's least id (by UTF-8 bytes), as do the members of the circle but that one. Ways are doubled, 18 times
-- in all, and not walked: a chain or a circle of 262,144 contacts takes no more than a row for each; a test fails on a longer one.
with

contact_far_moves as (

    select * from {{ ref('contact_far_moves') }}

),

{{ doubled_moves('contact_far_moves', 6, 'moves') }},

-- What can still move goes in a circle, and its way from there was all of the circle.
survivors as (

    select
        moves.contact_id,
        coalesce(circles.least_id, moves.reached_id) as survivor_id
    from moves
    left join moves as circles
        on moves.reached_id = circles.contact_id

),

final as (

    select
        contact_id,
        survivor_id
    from survivors
    where survivor_id <> contact_id

)

select * from final
