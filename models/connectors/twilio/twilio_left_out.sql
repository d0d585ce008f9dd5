-- Grain: one row per table of Twilio and reason for which rows of it are not used.
-- Mind: a leg of a call is left out as long as the call counts once by another; the rows of `call` are those legs.
{{ config(enabled=('twilio' in (var('connectors', none) or []))) }}
with

flagged as (

    {{ left_out_by_loader('twilio', ['message', 'call', 'incoming_phone_number', 'outgoing_caller_id']) }}

),

calls as (

    select
        'call' as table_name,
        left_out as reason
    from {{ ref('twilio_calls') }}

),

texts_used as (

    select message_id
    from {{ ref('twilio_messages') }}
    where channel <> 'call'

),

texts as (

    {{ left_out_rest(
        'message', 'internal',
        current_rows(source('twilio', 'message') if has_table('twilio', 'message') else none, ['id'], []), ['texts_used']
    ) }}

),

final as (

    {{ left_out_counts(['flagged', 'calls'], ['texts']) }}

)

select * from final
