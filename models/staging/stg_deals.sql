-- Grain: one row per deal_id.
-- Mind: amount is the deal's present value. A deal may lack a contact, an account, or both.
{%- set columns = ['deal_id', 'contact_id', 'account_id', 'owner_id', 'amount', 'created_at', 'loaded_at'] %}
{%- set raw_input = ref('connected_deals') if has_connector() else source('raw', 'deals') %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    select
        {{ as_text('deal_id') }} as deal_id,
        {{ as_text('contact_id') }} as contact_id,
        {{ as_text('account_id') }} as account_id,
        {{ as_text('owner_id') }} as owner_id,
        {{ as_number('amount') }} as amount,
        {{ as_timestamp('created_at') }} as created_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(
        raw_input, ['deal_id', 'created_at'], ['contact_id', 'account_id', 'owner_id', 'amount', 'loaded_at']
    ) }} as raw_rows

),

visible as (

    select
        typed.deal_id,
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.account_id,
        typed.owner_id,
        typed.amount,
        typed.created_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        typed.deal_id is not null
        and typed.created_at is not null
        and {{ is_visible('clocks.as_of', ['typed.created_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key('visible', ['deal_id'], columns) }}

)

select * from final
