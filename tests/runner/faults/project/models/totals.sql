select marker, sum(talk_count) as talk_count from {{ ref('talk_counts') }} group by marker
