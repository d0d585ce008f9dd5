select totals.marker, totals.talk_count, latest_people.id
from {{ ref('totals') }} as totals
inner join {{ ref('latest_people') }} as latest_people on totals.marker = latest_people.marker
