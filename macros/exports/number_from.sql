{#-
    Amounts that an export writes with declared signs, as plain numbers. For the models of a project that bring its
    exports into the shape of the inputs: convsql.number_from('"Amount"', decimal=',', thousands='.').
    Arguments:
        column (SQL): a column of any type.
        decimal (text): the sign before decimals: '.' or ','.
        thousands (text, default none): the sign between groups of thousands: '.', ',', ' ' or an apostrophe; none
            where there is none.
    Returns: an SQL expression, a text: a plain number, as 1234.56, where the value fits, with or without a
        currency, in parentheses where it is below 0; else the value as it was given, so that staging counts it. A
        column of numbers is left as it is.
    Mind: a sign out of place ('1.5' with thousands='.') does not fit. Other signs are compile errors.
-#}
{%- macro number_from(column, decimal, thousands=none) -%}
{%- if decimal not in ['.', ','] -%}
    {{ exceptions.raise_compiler_error("number_from: decimal='" ~ decimal ~ "' must be '.' or ','") }}
{%- elif thousands not in [none, '.', ',', ' ', "'", '’'] or thousands == decimal -%}
    {{ exceptions.raise_compiler_error("number_from: thousands='" ~ thousands ~ "' must be '.', ',', ' ' or an apostrophe, and another sign than decimal='" ~ decimal ~ "'") }}
{%- endif -%}
{%- set given = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set group = {'.': '[.]', ',': ',', ' ': '[ \u00a0\u202f]', "'": "[''’]", '’': "[''’]"}.get(thousands) -%}
{%- set number = namespace(text='upper(trim(' ~ given ~ ", '" ~ convsql.white_space() ~ "'))") -%}
{%- for found, put in [
    ('^[(](.*)[)]$', '-\\1'),
    ('[ \u00a0\u202f]*(' ~ convsql.currency_pattern() ~ ')$', ''),
    ('^([-+]?)[ \u00a0\u202f]*(' ~ convsql.currency_pattern() ~ ')[ \u00a0\u202f]*(.*)$', '\\1\\4'),
] -%}
    {%- set number.text = 'regexp_replace(' ~ number.text ~ ", '" ~ found ~ "', '" ~ put ~ "')" -%}
{%- endfor -%}
{%- set plain = 'regexp_replace(' ~ number.text ~ ", '" ~ group ~ "', '', 'g')" if group else number.text -%}
case
        when typeof({{ column }}) in ('DOUBLE', 'FLOAT') or typeof({{ column }}) like 'DECIMAL%' or typeof({{ column }}) like '%INT%'
            then {{ given }}
        when regexp_matches({{ number.text }}, '^[-+]?([0-9]+{% if group %}|[0-9]{1,3}({{ group }}[0-9]{2,3})*{{ group }}[0-9]{3}{% endif %})?([{{ decimal }}][0-9]*)?$') and regexp_matches({{ number.text }}, '[0-9]')
            then {{ 'replace(' ~ plain ~ ", ',', '.')" if decimal == ',' else plain }}
        else {{ given }}
    end
{%- endmacro -%}
