{#-
    What conversion_survival compares: the sets of one dimension that the cohorts of an active metric version are cut
    by. The variable `survival_dimensions` names those dimensions that are wanted (default all; an empty list for none).
    Arguments: none.
    Returns through return(): a list of mappings of metric, version, dimension and is_late.
-#}
{% macro survival_cuts() %}
    {%- set wanted = var('survival_dimensions', none) -%}
    {%- set out = namespace(items=[]) -%}
    {%- for metric in conversion_metrics() | selectattr('status', 'equalto', 'active') -%}
        {%- for names in metric.sets if names | length == 1 and (wanted is none or names[0] in wanted) -%}
            {%- set out.items = out.items + [{
                'metric': metric.name,
                'version': metric.version,
                'dimension': names[0],
                'is_late': is_late_set(names),
            }] -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
