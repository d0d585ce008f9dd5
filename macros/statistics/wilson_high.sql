{#-
    Upper limit of the Wilson interval at the variable `confidence`: see wilson_limit.
    Arguments:
        hits (SQL): a number.
        trials (SQL): a number.
    Returns: an SQL expression, a double from 0 to 1; null without trials.
-#}
{% macro wilson_high(hits, trials) -%}
    {{ wilson_limit(hits, trials, 'high') }}
{%- endmacro %}
