-- Grain: one row per deal_id, stage and entered_at.
-- Mind: a stage that is entered again is another row; only the outcomes look at the first entry alone.
with

clocks as (

    select * from {{ ref('clocks') }}

),

typed as (

    {{ typed_input('deal_stages', raw_input('deal_stages')) }}

),

visible as (

    select
        typed.*
    from typed
    cross join clocks
    where
        {{ is_usable('deal_stages', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('deal_stages', 'visible') }}

)

select * from final
