-- Grain: one row per phrase, trimmed and lower-cased.
-- Mind: phrase_words is what is compared with the words of a message; a phrase of punctuation alone is none.
with

next_step_phrases as (

    select * from {{ ref('next_step_phrases') }}

),

final as (

    select distinct
        {{ as_code('phrase') }} as phrase,
        {{ words_of(as_code('phrase')) }} as phrase_words
    from next_step_phrases
    where {{ words_of(as_code('phrase')) }} <> ''

)

select * from final
