-- Grain: one row per input that outcomes or conversations are read from and that has visible rows.
-- Mind: latest_at is read before one row is kept per key: a row that arrived again still proves that the source reported.
{#- What is asserted of every input is asserted wherever a clock is read: assertions read input_counts, and no clock does. #}
-- depends_on: {{ ref('input_counts') }}
with

input_rows as (

    select * from {{ ref('input_rows') }}

),

final as (

    select
        input,
        latest_at
    from input_rows
    where
        input in ('messages', 'deal_stages', 'lifecycle_stages', 'meetings')
        and latest_at is not null

)

select * from final
