{#-
  The cohorts that hold each cell: one for every grain that its metric asks of the cell's set. `cells` has metric,
  metric_version, cohort_by, `date_column` and the dimensions; `keys` are further columns of it to carry along.
-#}
{% macro cohorts_of(cells, cohort_sets, date_column, keys) %}
    select
        {%- for key in keys %}
        {{ cells }}.{{ key }},
        {%- endfor %}
        {{ cells }}.metric,
        {{ cells }}.metric_version,
        {{ cohort_sets }}.cohort_grain,
        {{ period_start(cohort_sets ~ '.cohort_grain', cells ~ '.' ~ date_column) | indent(8) }} as cohort_period,
        {{ cells }}.cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ cells }}.{{ dimension }},
        {%- endfor %}
        {{ cohort_sets }}.uses_late_facts
    from {{ cells }}
    inner join {{ cohort_sets }}
        on
            {{ cells }}.metric = {{ cohort_sets }}.metric
            and {{ cells }}.metric_version = {{ cohort_sets }}.metric_version
            and {{ cells }}.cohort_by = {{ cohort_sets }}.cohort_by
{% endmacro %}
