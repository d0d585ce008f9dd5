{#-
    The squared tuning of an always-valid interval at the variable `confidence`, so that it is narrowest, beside one
    of a single look, at so many subjects.
    Arguments:
        planned (SQL): a number of subjects, above 0.
    Returns: an SQL expression, a double above 0.
    Source: see always_valid_reach; their equation on optimising for a time.
-#}
{% macro always_valid_rho_squared(planned) -%}
    {%- set log_alpha = 'ln(1 - cast(' ~ (setting_confidence() | trim) ~ ' as double))' -%}
    (ln(1 - 2 * {{ log_alpha }}) - 2 * {{ log_alpha }}) / {{ planned }}
{%- endmacro %}
