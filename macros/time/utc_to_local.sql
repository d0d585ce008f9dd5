{#-
    A UTC timestamp as the wall clock of a zone shows it.
    Arguments:
        timestamp (SQL): a UTC timestamp.
        zone (SQL): a column, or a quoted name of a time zone.
    Returns: an SQL expression, a timestamp without a zone; null of null.
-#}
{% macro utc_to_local(timestamp, zone) -%}
(({{ timestamp }}) at time zone 'UTC') at time zone {{ zone }}
{%- endmacro %}
