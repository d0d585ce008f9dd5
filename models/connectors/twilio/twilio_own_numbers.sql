-- Grain: one row per number behind which our own people are.
-- Mind: the numbers of the account and the callers that it verified (outgoing_caller_id), and where inbound calls were put through to: a
-- rep's mobile, which Twilio's tables need not name.
{{ config(enabled=('twilio' in (var('connectors', none) or []))) }}
with

account_numbers as (

    {% call(table, number) union_of(['incoming_phone_number', 'outgoing_caller_id']) -%}
    select {{ twilio_address('phone_number') }} as address
    from {{ current_rows(source('twilio', table) if has_table('twilio', table) else none, ['phone_number'], []) }} as rows_read
    {%- endcall %}

),

calls as (

    select
        {{ as_id('id') }} as call_id,
        coalesce({{ as_id('parent_call_id') }}, {{ as_id('parent_call_sid') }}) as parent_id,
        {{ as_code('direction') }} as direction,
        {{ twilio_address('rows_read."from"') }} as from_address,
        {{ twilio_address('rows_read."to"') }} as to_address
    from {{ current_rows(
        source('twilio', 'call') if has_table('twilio', 'call') else none,
        ['id', '"from"', '"to"', 'direction'], ['parent_call_id', 'parent_call_sid']
    ) }} as rows_read

),

callers as (

    select
        call_id,
        max(from_address) as from_address
    from calls
    where
        parent_id is null
        and direction in ('inbound', 'trunking-originating')
        and from_address not like 'client:%'
        and from_address not like 'sip:%'
    group by call_id

),

put_through as (

    select
        callers.from_address,
        calls.to_address
    from calls
    inner join callers
        on calls.parent_id = callers.call_id
    left join account_numbers
        on callers.from_address = account_numbers.address
    where account_numbers.address is null

),

-- A rep who calls in to be connected with a contact is no caller from outside.
found as (

    select address from account_numbers

    union

    select put_through.to_address as address
    from put_through
    left join put_through as to_the_caller
        on put_through.from_address = to_the_caller.to_address
    where to_the_caller.to_address is null

),

final as (

    select address
    from found
    where
        address is not null
        and address not like 'client:%'
        and address not like 'sip:%'

)

select * from final
