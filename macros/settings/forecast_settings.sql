{#-
    What won_forecast foretells: the variable `won_forecast`, a mapping of metrics (names, default all; an empty list
    for no rows), backtests (how many months it is tried on, default 12) and history_days (before a window, from which
    it learns, default 180). A count that is no whole number from 0 to 60, or days that are none above 0, are compile
    errors.
    Arguments: none.
    Returns through return(): a mapping of metrics (a list of names; none for all), backtests and history_days (whole
        numbers).
-#}
{% macro forecast_settings() %}
    {%- set given = var('won_forecast', none) or {} -%}
    {%- set backtests = (12 if given.get('backtests') is none else given.get('backtests')) | int(-1) -%}
    {%- set days = (180 if given.get('history_days') is none else given.get('history_days')) | int(-1) -%}
    {%- if backtests < 0 or backtests > 60 -%}
        {{ exceptions.raise_compiler_error('won_forecast, backtests: `' ~ given.get('backtests') ~ '` is no whole number from 0 to 60') }}
    {%- endif -%}
    {%- if days < 1 -%}
        {{ exceptions.raise_compiler_error('won_forecast, history_days: `' ~ given.get('history_days') ~ '` is no whole number above 0') }}
    {%- endif -%}
    {{ return({'metrics': given.get('metrics'), 'backtests': backtests, 'history_days': days}) }}
{% endmacro %}
