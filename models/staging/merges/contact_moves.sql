-- Grain: one row per contact_id that is merged into another: where it gets in 64 moves, or before where they end.
-- Mind: a step towards contact_survivors. least_id is the least id on the way, by UTF-8 bytes, without where it gets.
with

contacts as (

    select * from {{ ref('stg_contacts') }}

),

merges as (

    select
        contact_id,
        merged_into as reached_id,
        contact_id as least_id
    from contacts
    where merged_into <> contact_id

),

{{ doubled_moves('merges', 6, 'final') }}

select * from final
