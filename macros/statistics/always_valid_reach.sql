{#-
    How many standard errors an interval reaches that holds at the variable `confidence` however often it is looked
    at.
    Arguments:
        mixed (SQL): subjects × always_valid_rho_squared. It is written several times: give a column.
    Returns: an SQL expression, a double; null without subjects.
    Source: Robbins' normal mixture, as the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and
        Ramdas, Annals of Statistics 52, 2024.
-#}
{% macro always_valid_reach(mixed) -%}
    sqrt((1 + 1e0 / nullif({{ mixed }}, 0)) * (ln({{ mixed }} + 1) - 2 * ln(1 - cast({{ setting_confidence() | trim }} as double))))
{%- endmacro %}
