-- Channels of messages that the seed channels does not list: each is itself, with a gap of 24 hours.
{{ config(
    severity='warn',
    meta={'what_to_do': 'add the channel to seeds/channels.csv; until then it counts as a channel of its own, and a conversation ends after 24 hours of silence'},
) }}
with messages as (
    select * from {{ ref('stg_messages') }}
),

channels as (
    select * from {{ ref('map_channels') }}
),

used as (
    select
        channel,
        count(*) as row_count
    from messages
    group by channel
)

select
    used.channel,
    used.row_count
from used
left join channels
    on used.channel = channels.raw_channel
where channels.raw_channel is null
