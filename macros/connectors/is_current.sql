{#-
    Whether a row of a tool's table says what is so now: the record was not deleted, neither in the tool (`is_deleted`)
    nor, as the loader tells it, from there (`_fivetran_deleted`), and the row is its latest version, where the loader
    keeps every version (`_fivetran_active`, or by `_fivetran_end` of the year 9999).
    Arguments:
        rows (text): the alias of rows that have those four columns.
        any_version (boolean, default false): whether earlier versions are taken too: where the history itself is read.
    Returns: an SQL condition, never null; a row that none of the four says anything of is current.
-#}
{%- macro is_current(rows, any_version=false) -%}
(
            not {{ is_true(rows ~ '._fivetran_deleted') }}
            and not {{ is_true(rows ~ '.is_deleted') }}
            {%- if not any_version %}
            and case
                when {{ as_code(rows ~ '._fivetran_active') }} is not null then {{ is_true(rows ~ '._fivetran_active') }}
                else coalesce({{ as_code(rows ~ '._fivetran_end') }}, '9999') like '9999%'
            end
            {%- endif %}
        )
{%- endmacro -%}
