{#-
    The midnight at which a period ends.
    Arguments:
        grain (SQL): a column, or a quoted name: one of known_grains(), or `all`.
        period (SQL): the first day of the period, a date.
    Returns: an SQL expression, a timestamp of wall-clock time; null for grain `all`, which never ends.
-#}
{% macro period_end(grain, period) -%}
    case {{ grain }}
        when 'day' then cast({{ period }} as timestamp) + interval '1 day'
        when 'week' then cast({{ period }} as timestamp) + interval '7 days'
        when 'month' then cast({{ period }} as timestamp) + interval '1 month'
        when 'quarter' then cast({{ period }} as timestamp) + interval '3 months'
        when 'year' then cast({{ period }} as timestamp) + interval '1 year'
    end
{%- endmacro %}
