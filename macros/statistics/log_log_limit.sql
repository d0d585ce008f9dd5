{#-
    One limit of 1 - survival, at the variable `confidence`, by the log-log interval with Greenwood's variance.
    Arguments:
        log_survival (SQL): ln(S), a column.
        greenwood (SQL): Greenwood's sum of d / (n (n - d)).
        side (text): `low` or `high`.
    Returns: an SQL expression, a double; null where the estimate is 0 or 1.
-#}
{% macro log_log_limit(log_survival, greenwood, side) -%}
    case
        when {{ log_survival }} < 0 then
            1 - exp({{ log_survival }} * exp({{ '' if side == 'high' else '-' }}{{ confidence_z() }} * sqrt({{ greenwood }}) / abs({{ log_survival }})))
    end
{%- endmacro %}
