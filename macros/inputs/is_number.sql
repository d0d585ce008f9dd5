{#-
    Whether a column is typed as a number.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL condition, the same for every row: the engine answers it once for the column.
-#}
{%- macro is_number(column) -%}
typeof({{ column }}) in (
            'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT',
            'UHUGEINT', 'FLOAT', 'DOUBLE'
        ) or typeof({{ column }}) like 'DECIMAL%'
{%- endmacro -%}
