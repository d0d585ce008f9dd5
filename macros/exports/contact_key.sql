{#-
    What an export names a contact by, where it has no id: two writings of one address, or of one number, give one key.
    Arguments:
        kind (text): `email` or `phone`; anything else is a compile error.
        column (SQL): the address or the number. It is written many times: give a column.
    Returns: an SQL expression, a text; null of what is no address, or no number (email_key, phone_keys).
-#}
{%- macro contact_key(kind, column) -%}
{%- if kind == 'email' -%}
{{ convsql.email_key(column) }}
{%- elif kind == 'phone' -%}
(
            select numbers.phone_key
            from (
                {{ convsql.phone_keys('(select ' ~ column ~ ' as written) as given', ['written']) | indent(8) }}
            ) as numbers
        )
{%- else -%}
{{ exceptions.raise_compiler_error("contact_key: '" ~ kind ~ "' is neither email nor phone") }}
{%- endif -%}
{%- endmacro -%}
