{#-
    How experiment_monitor reads experiments: the variable `experiment_monitor`, a mapping of enabled (default true;
    false for no rows), planned_contacts (of both sides, at which an always-valid interval is narrowest, default
    5000), power (from 0.5 to below 1, default 0.8) and covariate_days (how long before its assignment a contact's
    conversations are its history, default 90; 0 for none).
    Arguments: none.
    Returns through return(): a mapping of is_on, planned_contacts, power and covariate_seconds.
-#}
{% macro monitor_settings() %}
    {%- set given = var('experiment_monitor', none) or {} -%}
    {%- set planned = 5000 if given.get('planned_contacts') is none else given.get('planned_contacts') -%}
    {%- set power = 0.8 if given.get('power') is none else given.get('power') -%}
    {%- set days = 90 if given.get('covariate_days') is none else given.get('covariate_days') -%}
    {%- if planned | float <= 0 or power | float < 0.5 or power | float >= 1 or days | float < 0 -%}
        {{ exceptions.raise_compiler_error(
            'experiment_monitor: planned_contacts is above 0, power from 0.5 to below 1, covariate_days 0 or more'
        ) }}
    {%- endif -%}
    {{ return({
        'is_on': given.get('enabled') is none or given.get('enabled'),
        'planned_contacts': planned,
        'power': power | float,
        'covariate_seconds': (days | float * 86400) | round | int,
    }) }}
{% endmacro %}
