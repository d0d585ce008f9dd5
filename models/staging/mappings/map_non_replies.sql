-- Grain: one row per pattern and kind, trimmed and lower-cased.
-- Mind: white space at the ends of a pattern is dropped, as it is from the bodies it is compared with.
-- has_wildcard is false for plain texts, which are compared by equality: far cheaper than LIKE.
with

non_replies as (

    select * from {{ ref('non_replies') }}

),

final as (

    select distinct
        {{ as_code('pattern') }} as pattern,
        {{ as_code('kind') }} as kind,
        {{ as_code('pattern') }} like '%!%%' escape '!' or {{ as_code('pattern') }} like '%!_%' escape '!' as has_wildcard
    from non_replies
    where
        {{ as_code('pattern') }} is not null
        and {{ as_code('kind') }} in ('opt_out', 'autoresponder')

)

select * from final
