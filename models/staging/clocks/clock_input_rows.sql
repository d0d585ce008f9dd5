-- Grain: one row per input that the default of as_of is read from: messages and deal_stages.
-- Mind: the rows are counted before one row is kept per key. Without a given as_of nothing of these two inputs is hidden,
-- as as_of is then the latest time in them; so one look at each file serves the clock and all counts. The columns column_1_… are those of
-- checked_columns by position: staging_unreadable gives them their names.
with

messages as (

    {{ count_input_rows(
        'messages', raw_input('messages'), setting_as_of()
    ) }}

),

deal_stages as (

    {{ count_input_rows(
        'deal_stages', raw_input('deal_stages'), setting_as_of()
    ) }}

),

counted as (

    select * from messages
    union all
    select * from deal_stages

),

final as (

    {{ shown_counts('counted') }}

)

select * from final
