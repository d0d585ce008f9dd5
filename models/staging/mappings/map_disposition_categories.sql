-- Grain: one row per disposition code, trimmed and lower-cased.
-- Mind: a code without a category is as if it were not mapped.
with

disposition_categories as (

    select * from {{ ref('disposition_categories') }}

),

final as (

    select distinct
        {{ as_code('code') }} as code,
        {{ as_code('category') }} as category,
        coalesce(is_win, false) as is_win
    from disposition_categories
    where
        {{ as_code('code') }} is not null
        and {{ as_code('category') }} is not null

)

select * from final
