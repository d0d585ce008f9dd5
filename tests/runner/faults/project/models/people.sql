select marker, id from {{ ref('visits') }} union all select marker, id + 10 as id from {{ ref('calls') }}
