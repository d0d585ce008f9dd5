{#- A UTC timestamp as wall-clock time in the variable `timezone`. In UTC there is nothing to convert, which saves time. -#}
{% macro local_time(at) -%}
    {%- set zone = setting_timezone() -%}
    {%- if zone | upper == "'UTC'" -%}
        {{ at }}
    {%- else -%}
        ({{ utc_to_local(at, zone) }})
    {%- endif -%}
{%- endmacro %}
