-- Grain: one row per value that an agent gave the ticket field named in the variable `zendesk_disposition_field`.
-- Mind: without the variable there are none: no field of Zendesk's own says what became of a conversation.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

history as (

    select * from {{ current_rows(
        source('zendesk', 'ticket_field_history') if has_table('zendesk', 'ticket_field_history') else none,
        ['ticket_id', 'field_name', '"value"', 'updated'], ['user_id', '_fivetran_synced']
    ) }} as rows_read

),

tickets as (

    select * from {{ ref('zendesk_tickets') }}

),

final as (

    select distinct
        'zendesk:' || tickets.contact_user_id as contact_id,
        coalesce('zendesk:' || tickets.thread_ticket_id, {{ tool_id('zendesk', 'history.ticket_id') }}) as thread_id,
        cast(null as varchar) as message_id,
        cast(history."value" as varchar) as code,
        cast(history.updated as varchar) as recorded_at,
        {{ tool_id('zendesk', 'history.user_id') }} as rep_id,
        cast(history._fivetran_synced as varchar) as loaded_at
    from history
    left join tickets
        on {{ as_id('history.ticket_id') }} = tickets.ticket_id
    where
        {{ as_code('history.field_name') }} = {{ string_literal((var('zendesk_disposition_field', none) or '') | string | trim | lower) }}
        and tickets.left_out is null

)

select * from final
