{#- One name for the whole key of a cohort, of a relation that has the key's columns. -#}
{% macro cohort_id() -%}
    md5({{ joined_parts(
        ['metric', 'cast(metric_version as varchar)', 'cohort_grain', 'cast(cohort_period as varchar)', 'cohort_by'] + cohort_dimensions()
    ) }})
{%- endmacro %}
