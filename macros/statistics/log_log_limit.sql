{#-
  One limit of 1 - survival by the log-log Greenwood interval: side is `low` or `high`. `log_survival` is ln(S), `greenwood`
  the sum of d / (n (n - d)). Null where the estimate is 0 or 1.
-#}
{% macro log_log_limit(log_survival, greenwood, side) -%}
    case
        when {{ log_survival }} < 0 then
            1 - exp({{ log_survival }} * exp({{ '' if side == 'high' else '-' }}{{ confidence_z() }} * sqrt({{ greenwood }}) / abs({{ log_survival }})))
    end
{%- endmacro %}
