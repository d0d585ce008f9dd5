{#-
    A column as a double. It never raises.
    Arguments:
        column (SQL): a column of any type.
        plain (boolean, default false): true to read numbers as programs write them alone; without, also amounts as
            people and spreadsheets write them (plain_amount).
    Returns: an SQL expression, a double; null where it is no finite number ('abc', 'NaN', 'inf') or has two
        readings ('1,234'), and beyond 1e15 on either side of 0, where sums would no longer be exact and a decimal
        would not hold them.
-#}
{%- macro as_number(column, plain=false) -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set white = white_class() ~ '*' -%}
{%- set largest = '1e15' -%}
case
        when {{ is_number(column) }}
            then case
                when cast({{ column }} as double) between -{{ largest }} and {{ largest }}
                    then cast({{ column }} as double)
            end
        when regexp_matches({{ text }}, '^{{ white }}[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?{{ white }}$')
            then case
                when cast(trim({{ text }}, '{{ white_space() }}') as double) between -{{ largest }} and {{ largest }}
                    then cast(trim({{ text }}, '{{ white_space() }}') as double)
            end
        {%- if not plain %}
        when regexp_matches({{ text }}, '^[^0-9¶¦]{0,9}[0-9][^A-Za-z¶¦]*[^0-9¶¦]{0,9}$')
            then cast(nullif({{ plain_amount(column) }}, '') as double)
        {%- endif %}
    end
{%- endmacro -%}
