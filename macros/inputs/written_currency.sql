{#-
    The currency that stands before or after an amount, as it is written there: `€` of `€ 1.234,56`, `eur` of `500 EUR`.
    Arguments:
        column (SQL): a column of amounts, of any type.
    Returns: an SQL expression, a text in lower case, for currency_named; null of a number, and where none stands there.
    Mind: the one behind goes before the one in front, as in `$500 CAD`.
-#}
{%- macro written_currency(column) -%}
{%- set text = 'upper(trim(cast(' ~ column ~ " as varchar), '" ~ white_space() ~ "'))" -%}
{%- set currency, blanks = currency_pattern(), '[ \u00a0\u202f]*' -%}
case
        when {{ is_number(column) }} then cast(null as varchar)
        when regexp_matches(cast({{ column }} as varchar), '[^-+0-9.,'' ]')
            then lower(nullif(regexp_replace(
                {{ text }},
                '^([0-9]|[^0-9])*[0-9.,]{{ blanks }}({{ currency }})[)]?$|^[(]?[-+]?{{ blanks }}({{ currency }}){{ blanks }}[-+]?[0-9.,]([0-9]|[^0-9])*$|^([0-9]|[^0-9])*$',
                '\2\4'
            ), ''))
    end
{%- endmacro -%}
