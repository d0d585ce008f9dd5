-- Grain: one row per deal_id.
-- Mind: amount is the deal's present value. With the variable reporting_currency it is in that currency, by the rate of the day (UTC) on
-- which the deal was created: the latest of currency_rates that begins no later. So it does not move from day to day, and a deal won long
-- after is not worth what the rates made of it meanwhile. Without such a rate it is null. A deal may lack a contact, an account, or both.
{%- set own_names = reporting_currency_names() %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),
{% if own_names %}
rates as (

    select * from {{ ref('map_currency_rates') }}

),
{% endif %}
-- the currency of a row is its column's, else the one written with the amount
given as (

    select
        {%- for column in input_columns('deals') if column != 'currency' %}
        rows_given.{{ column }},
        {%- endfor %}
        coalesce({{ as_code('rows_given.currency', with_null_words=true) }}, {{ written_currency('rows_given.amount') }}) as currency
    from {{ raw_rows(raw_input('deals'), input_columns('deals', 'required'), input_columns('deals', 'optional')) }} as rows_given

),

typed as (

    {{ typed_rows('deals', 'given', already_read=['currency']) }}

),

visible as (

    select
        typed.deal_id,
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.account_id,
        typed.owner_id,
        typed.amount,
        {{ currency_named('typed.currency') }} as currency,
        typed.created_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        {{ is_usable('deals', 'clocks.as_of') }}

),

kept as (

    {{ kept_rows('deals', 'visible') }}

),

final as (

    select
        kept.deal_id,
        kept.contact_id,
        kept.account_id,
        kept.owner_id,
        {%- if own_names %}
        case
            when kept.currency is null or kept.currency in ('{{ own_names | join("', '") }}') then kept.amount
            -- as of any number beyond it, no sum could hold it
            when kept.amount * rates.rate between -1e15 and 1e15 then kept.amount * rates.rate
        end as amount,
        {%- else %}
        kept.amount,
        {%- endif %}
        kept.amount as given_amount,
        kept.currency,
        kept.created_at,
        kept.loaded_at
    from kept
    {%- if own_names %}
    left join rates
        on
            kept.currency = rates.currency
            and cast(kept.created_at as date) >= rates.valid_from
            and cast(kept.created_at as date) < rates.valid_until
    {%- endif %}

)

select * from final
