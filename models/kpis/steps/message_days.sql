-- Grain: one row per finest period of kpi_grains, channel, direction and sender.
-- Mind: conversations that are none are left out here as everywhere: messages of runs in which nobody spoke count nothing.

with

final as (

    select
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'sent_at') | indent(8) }} as cell_date,
        channel,
        direction,
        sender,
        count(case when message_role = 'message' then message_id end) as messages,
        count(case when message_role = 'message' and is_live then message_id end) as live_messages,
        count(case when message_role = 'failed' then message_id end) as failed_messages,
        count(case when message_role = 'system' then message_id end) as system_messages
    from {{ ref('conversation_messages') }}
    where conversation_id is not null
    group by
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'sent_at') | indent(8) }},
        channel,
        direction,
        sender

)

select * from final
