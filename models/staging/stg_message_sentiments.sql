-- Grain: one row per message_id and model that scored it.
-- Mind: made by `convsql enrich` or another tool, and no fact of its own: as_of hides a score with its message, and not by loaded_at.
{%- set raw_input = source('raw', 'message_sentiments') if has_input('message_sentiments') else none %}
with

typed as (

    select
        {{ as_text('message_id') }} as message_id,
        {{ as_text('model') }} as model,
        {{ as_number('compound') }} as compound,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['message_id', 'model', 'compound'], ['loaded_at']) }} as raw_rows

),

known as (

    select
        message_id,
        model,
        compound,
        loaded_at
    from typed
    where
        message_id is not null
        and model is not null
        and compound between -1 and 1

),

final as (

    {{ one_row_per_key('known', ['message_id', 'model'], ['message_id', 'model', 'compound', 'loaded_at']) }}

)

select * from final
