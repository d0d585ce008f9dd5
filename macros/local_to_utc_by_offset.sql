{#- What a local time would be in UTC with the zone's offset of a day before it (`day` is '-') or a day
    after it ('+'). The two differ only around a change of the offset. `zone` is SQL: a column, or a quoted name. -#}
{% macro local_to_utc_by_offset(local_time, zone, day) -%}
{%- set instant = local_time ~ " " ~ day ~ " interval '1' day" -%}
{{ local_time }} - (({{ utc_to_local(instant, zone) }}) - ({{ instant }}))
{%- endmacro %}
