{#-
    The cohorts that hold each cell: one for every grain that its metric asks of the cell's set.
    Arguments:
        cells (relation): the name of a relation with metric, metric_version, cohort_by, its date and the dimensions.
        cohort_sets (relation): the name of a relation with the columns of `cohort_sets`.
        date_column (text): the column of `cells` that is its date.
        keys (list): names of further columns of `cells` to carry along.
    Returns: a query of the keys, the key of the cohort and uses_late_facts.
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
