-- Grain: one row per date, from the Monday of the week before the first message to a week after the last.
-- Mind: a date here is a name, not a stretch of time: read it in whichever zone the reader works in.

with

messages as (

    select * from {{ ref('conversation_messages') }}

),

span as (

    select
        cast(date_trunc('week', min(sent_at)) as date) - 7 as first_date,
        cast(max(sent_at) as date) + 7 as last_date
    from messages

),

digits as (

    select 0 as digit
    {%- for digit in range(1, 10) %}
    union all
    select {{ digit }}
    {%- endfor %}

),

-- A million days are 2,700 years.
numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
        + 10000 * ten_thousands.digit + 100000 * hundred_thousands.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands
    cross join digits as hundred_thousands

),

-- The first date is a Monday, so every seventh is one.
final as (

    select
        span.first_date + cast(numbers.number as integer) as calendar_date,
        cast(numbers.number % 7 + 1 as bigint) as weekday
    from span
    inner join numbers
        on span.first_date + cast(numbers.number as integer) <= span.last_date

)

select * from final
