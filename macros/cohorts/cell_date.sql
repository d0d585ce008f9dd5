{#-
    The first day, in the variable `timezone`, of the finest period a metric needs. `base_grain` is SQL: a column, or a
    quoted name. A `week of month` is the part of a week that lies in one month: weeks and months follow from it, and there
    are six times fewer of them than days.
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
