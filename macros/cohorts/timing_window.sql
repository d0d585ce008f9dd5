{#-
    Weekday and four-hour block of a wall-clock time: `mon_08` is Monday from 8 to 12.
    Arguments:
        local_at (SQL): a timestamp as the clock on the wall shows it: see local_time.
    Returns: an SQL expression, a text. The time must not be null: a null would be read as `sun_20`.
-#}
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
