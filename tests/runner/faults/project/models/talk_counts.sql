select marker, channel, count(*) as talk_count from {{ ref('talks') }} group by marker, channel
