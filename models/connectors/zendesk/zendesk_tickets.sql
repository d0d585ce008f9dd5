-- Grain: one row per ticket of Zendesk.
-- Mind: the contact is the requester; where that is an agent, the first end user who wrote in it. A ticket that was merged into another goes
-- on there (over two such steps; of the first ten that one took in): its thread is the other's.
{{ config(enabled=('zendesk' in (var('connectors', none) or []))) }}
with

tickets as (

    select
        {{ as_id('id') }} as ticket_id,
        max(case when {{ is_current('rows_read') }} then {{ as_id('requester_id') }} end) as requester_id,
        max(case when {{ is_current('rows_read') }} then {{ as_code('via_channel') }} end) as via_channel,
        max(case when {{ is_current('rows_read') }} then {{ listed_ids('merged_ticket_ids', kept=',', between='') }} end) as merged_ids,
        min(case when {{ is_current('rows_read') }} and coalesce({{ as_code('status') }}, '') not in ('deleted', 'suspended') then 0 else 1 end)
            as is_deleted,
        max(case when {{ is_current('rows_read') }} and {{ as_code('status') }} = 'suspended' then 1 else 0 end) as is_suspended
    from {{ raw_rows(
        source('zendesk', 'ticket') if has_table('zendesk', 'ticket') else none,
        ['id', 'requester_id'], ['via_channel', 'status', 'merged_ticket_ids'] + loader_flags()
    ) }} as rows_read
    group by {{ as_id('id') }}

),

agents as (

    select * from {{ ref('zendesk_agents') }}

),

comments as (

    select * from {{ ref('zendesk_comments') }}

),

taken_in as (

    {% call(place, number) union_of(range(1, 11) | list) -%}
    select
        ticket_id as into_id,
        nullif(split_part(merged_ids, ',', {{ place }}), '') as ticket_id
    from tickets
    {%- endcall %}

),

merges as (

    select
        ticket_id,
        min(into_id) as into_id
    from taken_in
    where
        ticket_id is not null
        and ticket_id <> into_id
    group by ticket_id

),

first_end_users as (

    select
        ticket_id,
        user_id
    from (
        select
            ticket_id,
            user_id,
            row_number() over (
                partition by ticket_id
                order by created_at, comment_id, user_id
            ) as position
        from comments
        where
            author_type = 'contact'
            and left_out is null
    ) as written
    where position = 1

),

contacts as (

    select
        tickets.ticket_id,
        coalesce(further.into_id, merges.into_id, tickets.ticket_id) as thread_ticket_id,
        case when agents.user_id is null then tickets.requester_id else first_end_users.user_id end as contact_user_id,
        tickets.requester_id,
        tickets.via_channel,
        case
            when tickets.is_deleted = 1 and tickets.is_suspended = 1 then 'suspended'
            when tickets.is_deleted = 1 then 'deleted'
        end as left_out
    from tickets
    left join merges
        on tickets.ticket_id = merges.ticket_id
    left join merges as further
        on merges.into_id = further.ticket_id
    left join agents
        on tickets.requester_id = agents.user_id
    left join first_end_users
        on tickets.ticket_id = first_end_users.ticket_id

),

-- A thread's contact and channel are those of the ticket that goes on.
final as (

    select
        contacts.ticket_id,
        contacts.thread_ticket_id,
        coalesce(threads.contact_user_id, contacts.contact_user_id) as contact_user_id,
        contacts.requester_id,
        coalesce(threads.via_channel, contacts.via_channel) as via_channel,
        coalesce(
            contacts.left_out,
            case
                when contacts.requester_id is not null and coalesce(threads.contact_user_id, contacts.contact_user_id) is null then 'internal'
            end
        ) as left_out
    from contacts
    left join contacts as threads
        on contacts.thread_ticket_id = threads.ticket_id

)

select * from final
