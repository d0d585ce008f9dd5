{#-
    How two tools write one key differently. Each rewriting brings the writings of a key to one form: two keys are the
    same under it when their forms are equal.
-#}

{#-
    The names of the rewritings, the simplest first.
    Arguments: none.
    Returns through return(): a list of texts.
-#}
{%- macro key_rewritings() -%}
{{ return([
    'blanks', 'case', '.0', 'leading zeros', '15 or 18 characters', 'signs', 'prefix', 'several'
]) }}
{%- endmacro -%}

{#-
    A key as a rewriting makes it. All of them leave out blanks at either end.
    Arguments:
        rewriting (text): a name of key_rewritings(): `blanks` at either end; `case`; `.0`, which a tool that holds
            ids as decimals appends; `leading zeros`, which a spreadsheet drops; `15 or 18 characters` of
            an id of Salesforce, whose last three only repeat its case; `signs`, all that is neither letter nor digit;
            `prefix`, all up to the last : / # | _ - or blank, and letters before a number; `several` of these, prefix
            apart.
        key (SQL): a column, a text without blanks at either end. It is written many times.
    Returns: an SQL expression, a text; null where the rewriting says nothing of such a key.
-#}
{%- macro rewritten_key(rewriting, key) -%}
{%- set signs = "[" ~ white_space() ~ "!-/:-@\\[-`{-~\u200b\ufeff\u2010-\u2015]" -%}
{%- if rewriting == 'blanks' -%}
{{ key }}
{%- elif rewriting == 'case' -%}
lower({{ key }})
{%- elif rewriting == '.0' -%}
case when {{ key }} like '%.%0' then regexp_replace({{ key }}, '[.]0+$', '') else {{ key }} end
{%- elif rewriting == 'leading zeros' -%}
ltrim({{ key }}, '0')
{%- elif rewriting == '15 or 18 characters' -%}
case when length({{ key }}) in (15, 18) and regexp_matches({{ key }}, '^[0-9A-Za-z]+$') then substring({{ key }}, 1, 15) end
{%- elif rewriting == 'signs' -%}
case
            when regexp_matches({{ key }}, '{{ signs }}') then nullif(regexp_replace({{ key }}, '{{ signs }}+', '', 'g'), '')
            else {{ key }}
        end
{%- elif rewriting == 'prefix' -%}
case
            when regexp_matches({{ key }}, '[:/#|_ -]|^[A-Za-z]+[0-9]+$')
                then nullif(regexp_replace(regexp_replace({{ key }}, '^.*[:/#|_ -]', ''), '^[A-Za-z]+([0-9]+)$', '\1'), '')
            else {{ key }}
        end
{%- elif rewriting == 'several' -%}
case
            when regexp_matches({{ key }}, '{{ signs }}')
                then ltrim(lower(regexp_replace(regexp_replace({{ key }}, '[.]0+$', ''), '{{ signs }}+', '', 'g')), '0')
            when length({{ key }}) = 18 and regexp_matches({{ key }}, '^[0-9A-Za-z]+$') then ltrim(lower(substring({{ key }}, 1, 15)), '0')
            else ltrim(lower({{ key }}), '0')
        end
{%- else -%}
{{ exceptions.raise_compiler_error("there is no rewriting of keys '" ~ rewriting ~ "'") }}
{%- endif -%}
{%- endmacro -%}
