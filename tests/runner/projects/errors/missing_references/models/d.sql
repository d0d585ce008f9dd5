select 1 as id from {{ ref('no_package', 'orders') }}
