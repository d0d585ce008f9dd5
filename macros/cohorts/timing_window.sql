{#- Weekday and four-hour block of a wall-clock time: `mon_08` is Monday from 8 to 12. -#}
{% macro timing_window(local_at) -%}
    case cast({{ local_at }} as date) - cast(date_trunc('week', {{ local_at }}) as date)
        {%- for day in ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] %}
        when {{ loop.index0 }} then '{{ day }}_'
        {%- endfor %}
        else 'sun_'
    end
    || case
        {%- for block in ['00', '04', '08', '12', '16'] %}
        when extract(hour from {{ local_at }}) < {{ 4 * loop.index }} then '{{ block }}'
        {%- endfor %}
        else '20'
    end
{%- endmacro %}
