{#-
    How the reporting currency may be given on a row: by its code, and by the sign that it shares with others. Whoever
    reports in Canadian dollars means those by `$`.
    Arguments: none.
    Returns through return(): a list of texts in lower case; empty without the variable.
-#}
{%- macro reporting_currency_names() -%}
{%- set code = reporting_currency() -%}
{%- set shared = {
    '$': [
        'usd', 'aud', 'cad', 'nzd', 'hkd', 'sgd', 'twd', 'mxn', 'ars', 'clp', 'cop', 'uyu', 'dop', 'bbd', 'bmd', 'bnd', 'bsd', 'bzd',
        'fjd', 'gyd', 'jmd', 'kyd', 'lrd', 'nad', 'sbd', 'srd', 'ttd', 'xcd'
    ],
    '¥': ['jpy', 'cny'],
    'kr': ['sek', 'nok', 'dkk', 'isk'],
} -%}
{%- set names = namespace(found=[code] if code else []) -%}
{%- for sign, codes in shared.items() if code in codes -%}
    {%- set names.found = names.found + [sign] -%}
{%- endfor -%}
{{ return(names.found) }}
{%- endmacro -%}
