{#-
    A UTC timestamp as wall-clock time in the variable `timezone`. In UTC there is nothing to convert, which saves time.
    Arguments:
        at (SQL): a UTC timestamp.
    Returns: an SQL expression, a timestamp without a zone; null of null.
-#}
{% macro local_time(at) -%}
    {%- set zone = setting_timezone() -%}
    {%- if zone | upper == "'UTC'" -%}
        {{ at }}
    {%- else -%}
        ({{ utc_to_local(at, zone) }})
    {%- endif -%}
{%- endmacro %}
