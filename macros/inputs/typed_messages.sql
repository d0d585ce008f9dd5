{#-
    The visible messages among `rows`, typed, with a contact that was merged replaced by its survivor.
    `clocks` and `contact_survivors` are relations; every other argument names a row source of raw messages.
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
        select
            {{ as_text('rows_read.message_id') }} as message_id,
            {{ as_text('rows_read.contact_id') }} as contact_id,
            {{ as_code('rows_read.channel') }} as channel,
            {{ as_code('rows_read.direction') }} as direction,
            {{ as_timestamp('rows_read.sent_at') }} as sent_at,
            {{ as_text('rows_read.thread_id') }} as thread_id,
            {{ as_code('rows_read.sender_type') }} as sender_type,
            {{ as_text('rows_read.rep_id') }} as rep_id,
            {{ as_code('rows_read.status') }} as status,
            {{ as_number('rows_read.talk_seconds') }} as talk_seconds,
            {{ as_text('rows_read.campaign_id') }} as campaign_id,
            {{ as_text('rows_read.body') }} as body,
            {{ as_number('rows_read.cost') }} as cost,
            {{ as_timestamp('rows_read.loaded_at') }} as loaded_at
        from {{ rows }} as rows_read
    ) as typed
    cross join {{ clocks }} as clock
    left join {{ contact_survivors }} as survivors
        on typed.contact_id = survivors.contact_id
    where
        typed.message_id is not null
        and typed.contact_id is not null
        and typed.channel is not null
        and typed.direction in ('inbound', 'outbound')
        and typed.sent_at is not null
        and {{ is_visible('clock.as_of', ['typed.sent_at', 'typed.loaded_at']) }}
{%- endmacro -%}
