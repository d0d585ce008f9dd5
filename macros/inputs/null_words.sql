{#-
    The words that mean "nothing is given" in an input, the variable `null_words`: what databases, pandas and
    spreadsheets write where a cell is empty.
    Arguments: none.
    Returns through return(): a list of texts, trimmed and in lower case.
    Mind: `na` is not among them, which is Namibia and North America.
-#}
{%- macro null_words() -%}
{%- set given = var('null_words', none) -%}
{%- set words = [
    'null', '\\n', 'none', 'nan', 'nat', 'n/a', '#n/a', '<na>', '(null)', '[null]', '""', "''", '-', '--'
] if given is none else given -%}
{{ return(words | map('string') | map('trim') | map('lower') | select | unique | list) }}
{%- endmacro -%}
