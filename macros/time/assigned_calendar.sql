{#- The calendar that the variable `business_calendars` gives to a value of its dimension (SQL: a column); null where it gives none. -#}
{% macro assigned_calendar(value) -%}
case {{ value }}
    {%- for each in business_calendars().assigned %}
    when {{ string_literal(each.value) }} then {{ string_literal(each.calendar) }}
    {%- endfor %}
end
{%- endmacro %}
