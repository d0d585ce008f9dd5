-- Grain: one row per contact_id of the input.
-- Mind: contacts are not moved to their survivor: a merged contact keeps its row, and its merged_into. Every attribute is the
-- input's present value, not what it was when a conversation took place.
with

clocks as (

    select * from {{ ref('clocks') }}

),

industry_groups as (

    select * from {{ ref('map_industry_groups') }}

),

typed as (

    {{ typed_input('contacts', raw_input('contacts')) }}

),

visible as (

    select
        typed.*
    from typed
    cross join clocks
    where
        {{ is_usable('contacts', 'clocks.as_of') }}

),

kept as (

    {{ kept_rows('contacts', 'visible') }}

),

final as (

    select
        kept.contact_id,
        kept.account_id,
        kept.persona,
        kept.industry,
        kept.source,
        kept.territory,
        kept.created_at,
        kept.merged_into,
        kept.loaded_at,
        coalesce(industry_groups.is_regulated, false) as is_regulated
    from kept
    left join industry_groups
        on kept.industry = industry_groups.industry

)

select * from final
