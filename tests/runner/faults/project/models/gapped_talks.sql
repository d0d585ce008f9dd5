select talks.marker, talks.id, gaps.gap_hours from {{ ref('talks') }} as talks
inner join {{ ref('gaps') }} as gaps on talks.channel = gaps.channel
