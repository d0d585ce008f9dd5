{#-
    What two contacts have in common who are one person. Any other key is a compile error.
    Arguments:
        key (text): `email`, an address trimmed and in lower case, or `phone`, the digits of a number with its country.
            A number without + or 00 before it gets the variable `phone_country_code`, and loses its leading 0.
        column (SQL): the address or the number. It is written many times: give a column.
    Returns: an SQL expression, a text; null of an address without @ and of a number of fewer than 7 digits.
-#}
{%- macro match_key(key, column) -%}
{%- if key == 'email' -%}
case when {{ convsql.as_code(column) }} like '%@%' then {{ convsql.as_code(column) }} end
{%- elif key == 'phone' -%}
{%- set text = "trim(cast(" ~ column ~ " as varchar), '" ~ convsql.white_space() ~ "')" -%}
{%- set digits = "regexp_replace(" ~ text ~ ", '[^0-9]', '', 'g')" -%}
{%- set country = (var('phone_country_code', none) or '') | string -%}
case
        when length({{ digits }}) < 7 then null
        when {{ text }} like '+%' then {{ digits }}
        when {{ text }} like '00%' then substring({{ digits }}, 3)
        {%- if country %}
        else '{{ country }}' || ltrim({{ digits }}, '0')
        {%- else %}
        else {{ digits }}
        {%- endif %}
    end
{%- else -%}
{{ exceptions.raise_compiler_error("contact_match: '" ~ key ~ "' is neither email nor phone") }}
{%- endif -%}
{%- endmacro -%}
