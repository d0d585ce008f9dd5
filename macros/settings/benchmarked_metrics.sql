{#-
    The variable `benchmarked_metrics`: which metric is compared with which benchmark of the seed. A list of mappings:
    metric, benchmark and step; segment (default `all`); dimension and value, to compare only the cohorts of that value.
    Metrics are compared with nothing that is not declared here: only a reader can say that two definitions are alike.
    What is missing is a compile error.
    Arguments: none.
    Returns through return(): a list of mappings with the same keys, every default filled in; dimension and value are
        none where not given.
-#}
{% macro benchmarked_metrics() %}
    {%- set out = namespace(items=[]) -%}
    {%- for item in var('benchmarked_metrics', none) or [] -%}
        {%- set where = 'benchmarked_metrics, item ' ~ loop.index -%}
        {%- for field in ['metric', 'benchmark', 'step'] if not item.get(field) -%}
            {{ exceptions.raise_compiler_error(where ~ ': `' ~ field ~ '` is required') }}
        {%- endfor -%}
        {%- if (item.get('dimension') is none) != (item.get('value') is none) -%}
            {{ exceptions.raise_compiler_error(where ~ ': `dimension` and `value` are given together or not at all') }}
        {%- endif -%}
        {%- set out.items = out.items + [{
            'metric': item.get('metric') | string,
            'benchmark': item.get('benchmark') | string | trim | lower,
            'step': item.get('step') | string | trim | lower,
            'segment': (item.get('segment') or 'all') | string | trim | lower,
            'dimension': metric_choice(where, 'dimension', item.get('dimension'), none, cohort_dimensions()) if item.get('dimension') else none,
            'value': item.get('value'),
        }] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
