{#-
    The code of the currency into which amounts are converted, the variable `reporting_currency`. One that is not three
    letters is a compile error.
    Arguments: none.
    Returns through return(): a text in lower case; none without the variable.
-#}
{%- macro reporting_currency() -%}
{%- set code = (var('reporting_currency', none) or '') | string | trim | lower -%}
{%- if code and (code | length != 3 or not code.isalpha()) -%}
    {{ exceptions.raise_compiler_error('reporting_currency: `' ~ code ~ '` is no code of three letters, such as EUR') }}
{%- endif -%}
{{ return(code or none) }}
{%- endmacro -%}
