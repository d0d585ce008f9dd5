select
    '{{ var("currency") }}' as currency,
    {{ to_cents("1.0") }} as cents_in_one
