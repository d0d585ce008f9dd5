{#-
    What tells one cohort of a metric version from another, in its usual order.
    Arguments:
        relation (text, default ''): what qualifies the columns, or none.
    Returns: SQL select items (or those of a group by), without a comma after the last.
-#}
{% macro cohort_key(relation='') -%}
    {%- for column in ['metric', 'metric_version', 'cohort_grain', 'cohort_period', 'cohort_by'] + cohort_dimensions() -%}
        {{ relation ~ '.' if relation }}{{ column }}{% if not loop.last %},
{% endif %}
    {%- endfor -%}
{%- endmacro %}
