-- Grain: one row per keyword and topic, trimmed and lower-cased.
-- Mind: keyword_words is what is compared with the words of a message; a keyword of punctuation alone is none.
with

topics as (

    select * from {{ ref('topics') }}

),

final as (

    select distinct
        {{ as_code('keyword') }} as keyword,
        {{ as_code('topic') }} as topic,
        {{ words_of(as_code('keyword')) }} as keyword_words
    from topics
    where
        {{ as_code('topic') }} is not null
        and {{ words_of(as_code('keyword')) }} <> ''

)

select * from final
