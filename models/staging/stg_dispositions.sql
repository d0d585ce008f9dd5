-- Grain: one row per contact_id, thread_id, message_id, code and recorded_at; thread_id and message_id may be null, and
-- null is then a key value like any other.
-- Mind: codes that are not mapped are kept here, without a category.
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

disposition_categories as (

    select * from {{ ref('map_disposition_categories') }}

),

typed as (

    {{ typed_input('dispositions', raw_input('dispositions')) }}

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.thread_id,
        typed.message_id,
        typed.code,
        typed.recorded_at,
        typed.rep_id,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        {{ is_usable('dispositions', 'clocks.as_of') }}

),

kept as (

    {{ kept_rows('dispositions', 'visible') }}

),

final as (

    select
        kept.contact_id,
        kept.thread_id,
        kept.message_id,
        kept.code,
        kept.recorded_at,
        kept.rep_id,
        kept.loaded_at,
        disposition_categories.category,
        disposition_categories.is_win
    from kept
    left join disposition_categories
        on kept.code = disposition_categories.code

)

select * from final
