{#-
    A column as a double. It never raises.
    Arguments:
        column (SQL): a column of any type.
    Returns: an SQL expression, a double; null where it is no finite number ('12,5', 'abc', 'NaN', 'inf'), and beyond
        1e15 on either side of 0, where sums would no longer be exact and a decimal would not hold them.
-#}
{%- macro as_number(column) -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set white = '[' ~ white_space() ~ ']*' -%}
{%- set largest = '1e15' -%}
case
        when typeof({{ column }}) in (
            'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT',
            'UHUGEINT', 'FLOAT', 'DOUBLE'
        ) or typeof({{ column }}) like 'DECIMAL%'
            then case
                when cast({{ column }} as double) between -{{ largest }} and {{ largest }}
                    then cast({{ column }} as double)
            end
        when regexp_matches({{ text }}, '^{{ white }}[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?{{ white }}$')
            then case
                when cast(trim({{ text }}, '{{ white_space() }}') as double) between -{{ largest }} and {{ largest }}
                    then cast(trim({{ text }}, '{{ white_space() }}') as double)
            end
    end
{%- endmacro -%}
