-- Grain: one row per status, trimmed and lower-cased.
-- Mind: a blank is_attempt or is_answered is what an unmapped status is: an attempt, not answered. Files of earlier versions call
-- is_attempt is_delivered. A blank is_abandoned stays null: the status does not tell.
with

message_statuses as (

    select
        status,
        cast(is_attempt as boolean) as is_attempt,
        cast(is_delivered as boolean) as is_delivered,
        cast(is_answered as boolean) as is_answered,
        cast(is_abandoned as boolean) as is_abandoned
    from {{ raw_rows(ref('message_statuses'), ['status', 'is_answered'], ['is_attempt', 'is_delivered', 'is_abandoned']) }} as seed_rows

),

final as (

    select distinct
        {{ as_code('status') }} as status,
        coalesce(is_attempt, is_delivered, true) as is_attempt,
        coalesce(is_answered, false) as is_answered,
        is_abandoned
    from message_statuses
    where {{ as_code('status') }} is not null

)

select * from final
