-- Statuses of messages that the seed message_statuses does not list: each counts as an attempt and not answered.
{{ config(
    severity='warn',
    meta={'what_to_do': 'add the status to seeds/message_statuses.csv; until then such messages count as attempts, and calls as not answered'},
) }}
with messages as (
    select * from {{ ref('stg_messages') }}
),

message_statuses as (
    select * from {{ ref('map_message_statuses') }}
),

used as (
    select
        status,
        count(*) as row_count
    from messages
    where status is not null
    group by status
)

select
    used.status,
    used.row_count
from used
left join message_statuses
    on used.status = message_statuses.status
where message_statuses.status is null
