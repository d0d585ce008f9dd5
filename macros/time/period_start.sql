{#-
    The first day of the period of a grain that holds a date. Weeks start on Monday.
    Arguments:
        grain (SQL): a column, or a quoted name: one of known_grains(), or `all`.
        date (SQL): a date.
    Returns: an SQL expression, a date; null for grain `all`.
-#}
{% macro period_start(grain, date) -%}
    case {{ grain }}
        when 'day' then {{ date }}
        when 'week' then cast(date_trunc('week', {{ date }}) as date)
        when 'month' then cast(date_trunc('month', {{ date }}) as date)
        when 'quarter' then cast(date_trunc('quarter', {{ date }}) as date)
        when 'year' then cast(date_trunc('year', {{ date }}) as date)
    end
{%- endmacro %}
