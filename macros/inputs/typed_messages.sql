{#-
    The visible messages, typed, with a contact that was merged replaced by its survivor.
    Arguments:
        rows (relation): raw messages, of which message_id is typed.
        clocks (relation): a relation of one row that has as_of.
        contact_survivors (relation): a relation of contact_id and survivor_id, one row per contact merged.
    Returns: a query of the columns of messages.
-#}
{%- macro typed_messages(rows, clocks, contact_survivors) -%}
select
        typed.message_id,
        coalesce(survivors.survivor_id, typed.contact_id) as contact_id,
        typed.channel,
        typed.direction,
        typed.sent_at,
        typed.thread_id,
        case when typed.sender_type in ('contact', 'rep', 'bot', 'system') then typed.sender_type end as sender_type,
        typed.rep_id,
        typed.status,
        typed.talk_seconds,
        typed.campaign_id,
        typed.body,
        typed.cost,
        typed.loaded_at
    from (
        {{ typed_rows('messages', rows, already_read=['message_id']) }}
    ) as typed
    cross join {{ clocks }} as clock
    left join {{ contact_survivors }} as survivors
        on typed.contact_id = survivors.contact_id
    where
        {{ is_usable('messages', 'clock.as_of') }}
{%- endmacro -%}
