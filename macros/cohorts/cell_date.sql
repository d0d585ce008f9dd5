{#-
    The first day, in the variable `timezone`, of the finest period a metric needs. A `week of month` is the part of a
    week that lies in one month: weeks and months follow from it, and there are six times fewer of them than days.
    Arguments:
        base_grain (SQL): a column, or a quoted name: a grain of known_grains(), or `week of month`, `week of quarter`
            or `week of year`, as base_grain_of gives it.
        at (SQL): a UTC timestamp.
    Returns: an SQL expression, a date; null where `at` is null or `base_grain` is none of these.
-#}
{% macro cell_date(base_grain, at) -%}
    case {{ base_grain }}
        {%- for grain in known_grains() %}
        when '{{ grain }}' then cast(date_trunc('{{ grain }}', {{ local_time(at) }}) as date)
        {%- endfor %}
        {%- for grain in ['month', 'quarter', 'year'] %}
        when 'week of {{ grain }}'
            then cast(greatest(date_trunc('week', {{ local_time(at) }}), date_trunc('{{ grain }}', {{ local_time(at) }})) as date)
        {%- endfor %}
    end
{%- endmacro %}
