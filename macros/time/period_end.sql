{#- The midnight at which a period ends, as wall-clock time; null for grain `all`, which never ends. -#}
{% macro period_end(grain, period) -%}
    case {{ grain }}
        when 'day' then cast({{ period }} as timestamp) + interval '1 day'
        when 'week' then cast({{ period }} as timestamp) + interval '7 days'
        when 'month' then cast({{ period }} as timestamp) + interval '1 month'
        when 'quarter' then cast({{ period }} as timestamp) + interval '3 months'
        when 'year' then cast({{ period }} as timestamp) + interval '1 year'
    end
{%- endmacro %}
