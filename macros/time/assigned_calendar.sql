{#-
    The calendar that the variable `business_calendars` gives to a value of its dimension.
    Arguments:
        value (SQL): a column of the dimension that the variable names as `by`. Use it only where calendars are
            assigned.
    Returns: an SQL expression, a text; null where the variable gives none.
-#}
{% macro assigned_calendar(value) -%}
case {{ value }}
    {%- for each in business_calendars().assigned %}
    when {{ string_literal(each.value) }} then {{ string_literal(each.calendar) }}
    {%- endfor %}
end
{%- endmacro %}
