-- Grain: one row per input that the default of as_of is read from: messages and deal_stages.
-- Mind: the rows are counted before one row is kept per key. Without a given as_of nothing of these two inputs is hidden,
-- as as_of is then the latest time in them; so one look at each file serves both the clock and the counts.
with messages as (
    {{ count_input_rows(
        'messages', ref('connected_messages') if has_connector() else source('raw', 'messages'), setting_as_of(),
        texts=['message_id', 'contact_id', 'channel', 'direction'], times=['sent_at'], events=['sent_at'], has_direction=true
    ) }}
),

deal_stages as (
    {{ count_input_rows(
        'deal_stages', ref('connected_deal_stages') if has_connector() else source('raw', 'deal_stages'), setting_as_of(),
        texts=['deal_id', 'stage'], times=['entered_at'], events=['entered_at']
    ) }}
),

final as (
    select * from messages
    union all
    select * from deal_stages
)

select * from final
