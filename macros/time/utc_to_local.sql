{#- A UTC timestamp as the wall clock of a zone shows it. `zone` is SQL: a column, or a quoted name. -#}
{% macro utc_to_local(timestamp, zone) -%}
(({{ timestamp }}) at time zone 'UTC') at time zone {{ zone }}
{%- endmacro %}
