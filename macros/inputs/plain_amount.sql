{#-
    An amount as people and spreadsheets write it, as a plain number: `$14,500.00`, `€ 1.234,56`, `1 234,56`,
    `12,5`, `USD 500`, `(500)`.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a text that can be cast to a double; an empty one where it is no amount, is of more
        than fifteen digits, or has two readings: `1,234` is a thousand or a little more than one, and so is
        `€1.234`. With a currency `$1,234` has one, as no amount has three decimals after a comma.
    Mind: what decides is the shape alone, never another row: both signs, or a sign that repeats (1,234,567), or a
        comma before one or two digits. On the way ¦ stands for the decimal sign, ¤ for a currency, and ¶ before
        what is an amount.
-#}
{%- macro plain_amount(column) -%}
{%- set currency = currency_pattern() -%}
{%- set group = "[ ''’\u00a0\u202f]" -%}
{%- set number = namespace(text='upper(trim(cast(' ~ column ~ " as varchar), '" ~ white_space() ~ "'))") -%}
{%- for found, put in [
    ('^[(](.*)[)]$', '-\\1'),
    ('[ \u00a0\u202f]*(' ~ currency ~ ')$', '¤'),
    ('^([-+]?)[ \u00a0\u202f]*(' ~ currency ~ ')[ \u00a0\u202f]*(.*)$', '\\1\\4¤'),
    ('^[-+]?[1-9][0-9]{0,2}(,[0-9]{3}|[.][0-9]{3}¤+)$', ''),
    ('^([-+]?[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3})[.]([0-9]+)¤*$', '\\1¦\\3'),
    ('^([-+]?[0-9]{1,3}([.][0-9]{3})+),([0-9]+)¤*$', '\\1¦\\3'),
    ('^([-+]?[0-9]{1,3}(' ~ group ~ '[0-9]{3})+)[.,]([0-9]+)¤*$', '\\1¦\\3'),
    ('^([-+]?[0-9]+),([0-9]{1,2}|[0-9]{4,})¤*$', '\\1¦\\2'),
    ('^([-+]?([0-9]{4,}|0+)),([0-9]+)¤*$', '\\1¦\\3'),
    ('^([-+]?[0-9]*)[.]([0-9]*)¤*$', '\\1¦\\2'),
    ('^([-+]?)([0-9]+|[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}|[0-9]{1,3}([.][0-9]{3})+|[0-9]{1,3}(' ~ group ~ '[0-9]{3})+)(¦[0-9]*)?¤*$', '¶\\1\\2\\6'),
    ('^([-+]?¦[0-9]+)$', '¶\\1'),
    ('^[^¶]([0-9]|[^0-9])*$', ''),
] -%}
    {%- set number.text = 'regexp_replace(' ~ number.text ~ ", '" ~ found ~ "', '" ~ put ~ "')" -%}
{%- endfor -%}
regexp_replace(
                    replace(regexp_replace({{ number.text }}, '[¶,.'' ’{{ "\u00a0\u202f" }}]', '', 'g'), '¦', '.'),
                    '^([-+]?([0-9]{1,15}([.][0-9]*)?|[.][0-9]+))$|^([0-9]|[^0-9])*$', '\1'
                )
{%- endmacro -%}
