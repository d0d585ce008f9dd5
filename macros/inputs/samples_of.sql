{#-
    Up to three different values of a text column, of the first sixty characters each, in quotes.
    Arguments:
        column (SQL): a column, a text.
    Returns: an SQL aggregate, a text; null where every value is.
-#}
{%- macro samples_of(column) -%}
{%- set least = 'substring(min(' ~ column ~ '), 1, 60)' -%}
{%- set greatest = 'substring(max(' ~ column ~ '), 1, 60)' -%}
{%- set drawn = 'substring(min(case when ' ~ column ~ ' is not null then md5(' ~ column ~ ') || ' ~ column ~ ' end), 33, 60)' -%}
'''' || {{ least }} || ''''
            || case when {{ greatest }} <> {{ least }} then ', ''' || {{ greatest }} || '''' else '' end
            || case
                when {{ drawn }} not in ({{ least }}, {{ greatest }}) then ', ''' || {{ drawn }} || ''''
                else ''
            end
{%- endmacro -%}
