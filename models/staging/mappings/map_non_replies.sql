-- Grain: one row per pattern and kind, trimmed and lower-cased.
-- Mind: has_wildcard is false for plain texts, which are compared by equality: far cheaper than LIKE.
with non_replies as (
    select * from {{ ref('non_replies') }}
),

final as (
    select distinct
        {{ as_code('pattern') }} as pattern,
        {{ as_code('kind') }} as kind,
        position('%' in {{ as_code('pattern') }}) > 0 or position('_' in {{ as_code('pattern') }}) > 0 as has_wildcard
    from non_replies
    where
        {{ as_code('pattern') }} is not null
        and {{ as_code('kind') }} in ('opt_out', 'autoresponder')
)

select * from final
