-- Grain: one row per status, trimmed and lower-cased.
-- Mind: a blank flag is what an unmapped status is: delivered, not answered.
with

message_statuses as (

    select * from {{ ref('message_statuses') }}

),

final as (

    select distinct
        {{ as_code('status') }} as status,
        coalesce(is_delivered, true) as is_delivered,
        coalesce(is_answered, false) as is_answered
    from message_statuses
    where {{ as_code('status') }} is not null

)

select * from final
