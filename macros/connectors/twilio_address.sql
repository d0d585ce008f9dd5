{#-
    An address of Twilio: a number, `client:…`, `sip:…`, `messenger:…`.
    Arguments:
        column (SQL): the address.
    Returns: an SQL expression, a text without the channel before a number (`whatsapp:+1…` is one with `+1…`); null
        when blank.
-#}
{%- macro twilio_address(column) -%}
nullif(regexp_replace(trim(cast({{ column }} as varchar), '{{ white_space() }}'), '^(?:whatsapp|rcs|sms|tel):', ''), '')
{%- endmacro -%}
