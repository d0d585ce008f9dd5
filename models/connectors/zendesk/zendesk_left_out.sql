-- Grain: one row per table of Zendesk and reason for which rows of it are not used.
-- Mind: a comment on a ticket that is left out is left out for the reason of the ticket, unless it has one of its own.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
{%- set tickets = source('zendesk', 'ticket') if has_table('zendesk', 'ticket') else none %}
{%- set users = source('zendesk', 'user') if has_table('zendesk', 'user') else none %}
{%- set history = source('zendesk', 'ticket_field_history') if has_table('zendesk', 'ticket_field_history') else none %}
with

flagged as (

    {{ left_out_by_loader('zendesk', ['ticket', 'ticket_comment', 'ticket_field_history', 'user']) }}

),

ticket_reasons as (

    select
        ticket_id,
        left_out
    from {{ ref('zendesk_tickets') }}
    where left_out is not null

),

tickets as (

    select
        'ticket' as table_name,
        ticket_reasons.left_out as reason
    from {{ current_rows(tickets, ['id'], [], ids=['id']) }} as rows_read
    inner join ticket_reasons
        on rows_read.id = ticket_reasons.ticket_id

),

comments as (

    select
        'ticket_comment' as table_name,
        coalesce(comments.left_out, ticket_reasons.left_out) as reason
    from {{ ref('zendesk_comments') }} as comments
    left join ticket_reasons
        on comments.ticket_id = ticket_reasons.ticket_id

),

fields as (

    select
        'ticket_field_history' as table_name,
        case
            when {{ as_code('rows_read.field_name') }} = {{ string_literal((var('zendesk_disposition_field', none) or '') | string | trim | lower) }}
                then ticket_reasons.left_out
            else 'other_field'
        end as reason
    from {{ current_rows(history, ['ticket_id', 'field_name'], [], ids=['ticket_id']) }} as rows_read
    left join ticket_reasons
        on rows_read.ticket_id = ticket_reasons.ticket_id

),

fields_read as (

    select reason
    from fields
    where reason is null

),

repeated as (

    {{ left_out_rest('ticket_field_history', 'repeated', 'fields_read', [ref('zendesk_dispositions')]) }}

),

inactive as (

    {{ left_out_rest(
        'user', 'inactive', current_rows(users, ['id'], []), [ref('zendesk_contacts'), ref('zendesk_reps')]
    ) }}

),

final as (

    {{ left_out_counts(['flagged', 'tickets', 'comments', 'fields'], ['repeated', 'inactive']) }}

)

select * from final
