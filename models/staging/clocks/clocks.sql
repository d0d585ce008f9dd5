-- Grain: exactly one row.
-- Mind: the wall clock is not read: as_of is the variable, else the latest time known to messages and deal_stages. It is
-- null when it is not given and neither input has a row; then nothing is hidden.
with

clock_input_rows as (

    select * from {{ ref('clock_input_rows') }}

),

latest as (

    select
        max(latest_event_at) as event_at,
        max(latest_loaded_at) as loaded_at
    from clock_input_rows

),

final as (

    select
        coalesce(
            {{ setting_as_of() }},
            case when loaded_at > event_at or event_at is null then loaded_at else event_at end
        ) as as_of
    from latest

)

select * from final
