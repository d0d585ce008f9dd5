{#-
  The cohorts that hold each cell: every set and grain of its metric. `cells` has metric, metric_version, `date_column` and
  the dimensions; `keys` are further columns of it to carry along. cohort_id names a cohort by its whole key.
-#}
{% macro cohorts_of(cells, cohort_sets, date_column, keys) %}
    select
        {%- for key in keys %}
        placed.{{ key }},
        {%- endfor %}
        md5({{ joined_parts(
            ['placed.metric', 'cast(placed.metric_version as varchar)', 'placed.cohort_grain', 'cast(placed.cohort_period as varchar)', 'placed.cohort_by']
            + qualified('placed', cohort_dimensions())
        ) }}) as cohort_id,
        placed.metric,
        placed.metric_version,
        placed.cohort_grain,
        placed.cohort_period,
        placed.cohort_by,
        {%- for dimension in cohort_dimensions() %}
        placed.{{ dimension }},
        {%- endfor %}
        placed.uses_late_facts
    from (
        select
            {%- for key in keys %}
            {{ cells }}.{{ key }},
            {%- endfor %}
            {{ cells }}.metric,
            {{ cells }}.metric_version,
            {{ cohort_sets }}.cohort_grain,
            {{ period_start(cohort_sets ~ '.cohort_grain', cells ~ '.' ~ date_column) }} as cohort_period,
            {{ cohort_sets }}.cohort_by,
            {%- for dimension in cohort_dimensions() %}
            case when {{ cohort_sets }}.has_{{ dimension }} then {{ cells }}.{{ dimension }} end as {{ dimension }},
            {%- endfor %}
            {{ cohort_sets }}.uses_late_facts
        from {{ cells }}
        inner join {{ cohort_sets }}
            on
                {{ cells }}.metric = {{ cohort_sets }}.metric
                and {{ cells }}.metric_version = {{ cohort_sets }}.metric_version
    ) as placed
{% endmacro %}
