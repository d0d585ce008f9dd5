{#- The day of the week of a wall-clock time or date: 1 for Monday to 7 for Sunday. -#}
{% macro weekday_of(local_at) -%}
cast(cast({{ local_at }} as date) - cast(date_trunc('week', {{ local_at }}) as date) + 1 as bigint)
{%- endmacro %}
