{#- The first day, in the variable `timezone`, of the finest period a metric needs: a day or a longer one. -#}
{% macro cell_date(base_grain, at) -%}
    case {{ base_grain }}
        {%- for grain in ['day', 'month', 'quarter', 'year'] %}
        when '{{ grain }}' then cast(date_trunc('{{ grain }}', {{ local_time(at) }}) as date)
        {%- endfor %}
    end
{%- endmacro %}
