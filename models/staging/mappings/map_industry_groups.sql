-- Grain: one row per industry, trimmed and lower-cased.
-- Mind: an industry that is not here is not regulated.
with

industry_groups as (

    select * from {{ ref('industry_groups') }}

),

final as (

    select distinct
        {{ as_code('industry') }} as industry,
        coalesce(is_regulated, false) as is_regulated
    from industry_groups
    where {{ as_code('industry') }} is not null

)

select * from final
