-- Grain: one row per contact_id that is merged into another: where it gets in 4,096 moves, or before where they end.
-- Mind: a step towards contact_survivors. least_id is the least id on the way, by UTF-8 bytes, without where it gets.
with

contact_moves as (

    select * from {{ ref('contact_moves') }}

),

{{ doubled_moves('contact_moves', 6, 'final') }}

select * from final
