{#-
    One name for the whole key of a cohort, of a relation that has the key's columns: metric, metric_version,
    cohort_grain, cohort_period, cohort_by and the dimensions.
    Arguments: none.
    Returns: an SQL expression, a text: the md5 of the key's joined_parts, in which a null is a value like any other.
-#}
{% macro cohort_id() -%}
    md5({{ joined_parts(
        ['metric', 'cast(metric_version as varchar)', 'cohort_grain', 'cast(cohort_period as varchar)', 'cohort_by'] + cohort_dimensions()
    ) }})
{%- endmacro %}
