{#-
    Whether an experiment is measured by a metric version: by one that is not retired, of the metrics that it was made
    for.
    Arguments:
        variants (relation): the name of a relation with experiment.
        metric_definitions (relation): the name of a relation with metric and is_retired.
    Returns: an SQL condition.
-#}
{% macro is_measured_by(variants, metric_definitions) -%}
not coalesce({{ metric_definitions }}.is_retired, false)
{%- for each in declared_experiments() if each.metrics %}
and (
    {{ variants }}.experiment <> {{ string_literal(each.name) }}
    or {{ metric_definitions }}.metric in ({{ string_list(each.metrics) }})
)
{%- endfor %}
{%- endmacro %}
