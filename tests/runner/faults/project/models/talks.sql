{{ config(materialized='view') }}
select marker, id, 'voice' as channel from {{ ref('calls') }}
union all
select marker, id, 'sms' as channel from {{ ref('texts') }}
union all
select marker, id, 'email' as channel from {{ ref('mails') }}
