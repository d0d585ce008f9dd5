-- Grain: one row per currency and day on which a rate of it begins.
-- Mind: a rate is valid until the next one of its currency begins, the last one without end. Of two rates of one day the greater is
-- read, and a data test of the seed warns.
with

currency_rates as (

    select * from {{ ref('currency_rates') }}

),

typed as (

    select
        {{ as_code('currency') }} as currency,
        cast(valid_from as date) as valid_from,
        rate
    from currency_rates

),

named as (

    select
        {{ currency_named('currency') }} as currency,
        valid_from,
        rate
    from typed
    where
        currency is not null
        and valid_from is not null
        and rate > 0

),

daily as (

    select
        currency,
        valid_from,
        max(rate) as rate
    from named
    group by
        currency,
        valid_from

),

final as (

    select
        currency,
        valid_from,
        coalesce(
            lead(valid_from) over (
                partition by currency
                order by valid_from
            ),
            date '9999-12-31'
        ) as valid_until,
        rate
    from daily

)

select * from final
