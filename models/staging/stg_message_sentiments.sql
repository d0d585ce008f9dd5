-- Grain: one row per message_id and model that scored it.
-- Mind: made by `convsql enrich` or another tool, and no fact of its own: as_of hides a score with its message, and not by loaded_at.
with

typed as (

    {{ typed_input('message_sentiments', raw_input('message_sentiments')) }}

),

known as (

    select
        message_id,
        model,
        compound,
        loaded_at
    from typed
    where
        {{ is_usable('message_sentiments') }}

),

final as (

    {{ kept_rows('message_sentiments', 'known') }}

)

select * from final
