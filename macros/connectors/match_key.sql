{#-
    What two contacts have in common who are one person: an e-mail address trimmed and in lower case, or the digits of a phone
    number with its country. A number without + or 00 before it gets the variable `phone_country_code`, and loses its leading 0.
-#}
{%- macro match_key(key, column) -%}
{%- if key == 'email' -%}
case when {{ as_code(column) }} like '%@%' then {{ as_code(column) }} end
{%- elif key == 'phone' -%}
{%- set text = "trim(cast(" ~ column ~ " as varchar), '" ~ white_space() ~ "')" -%}
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
