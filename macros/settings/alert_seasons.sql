{#-
    The seasons that season_alerts knows: the variable `alert_seasons`, a list of weekday and month (default both; an
    empty list for no rows).
    Arguments: none.
    Returns through return(): a list of weekday and month, each once.
-#}
{% macro alert_seasons() %}
    {%- set given = var('alert_seasons', none) -%}
    {%- set out = namespace(items=[]) -%}
    {%- for season in (['weekday', 'month'] if given is none else given) | unique -%}
        {%- set out.items = out.items + [metric_choice('alert_seasons', 'item', season, none, ['weekday', 'month'])] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
