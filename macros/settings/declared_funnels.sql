{#-
    The variable `funnels`. A step has name, `kind` (of conversations) or `outcome`, window_days (30) and `from`:
    previous (default) or start. The first step is a kind and has no window. In a funnel that is not strict all windows
    run from the start. What is missing, given twice or none of the allowed values is a compile error.
    Arguments: none.
    Returns through return(): a list of mappings, every default filled in: name, is_strict (default true), unit
        (contact), grains (month) with `all` at the end, sets (one, of everything), dimensions, and steps. Each step has
        number, name, kind_column (none for an outcome), outcome, window_us, is_from_start and horizon_us: how long
        after the start of the funnel the step can be reached at the latest.
-#}
{% macro declared_funnels() %}
    {%- set out = namespace(items=[], names=[]) -%}
    {%- for item in var('funnels', none) or [] -%}
        {%- set where = 'funnel ' ~ item.get('name') -%}
        {%- if not item.get('name') or item.get('name') in out.names -%}
            {{ exceptions.raise_compiler_error('funnels, item ' ~ loop.index ~ ': `name` is required, and its own') }}
        {%- endif -%}
        {%- set out.names = out.names + [item.get('name')] -%}
        {%- set is_strict = item.get('strict') is none or item.get('strict') | string | lower == 'true' -%}
        {%- set each = namespace(steps=[], horizon=0) -%}
        {%- set cuts = chosen_cuts(where, item.get('by')) -%}
        {%- if (item.get('steps') or []) | length < 2 -%}
            {{ exceptions.raise_compiler_error(where ~ ': a funnel has two steps or more') }}
        {%- endif -%}
        {%- for step in item.get('steps') -%}
            {%- set at = where ~ ', step ' ~ (step.get('name') or loop.index) -%}
            {%- if not step.get('name') or (step.get('kind') is none) == (step.get('outcome') is none) -%}
                {{ exceptions.raise_compiler_error(at ~ ': a step has a `name`, and either a `kind` or an `outcome`') }}
            {%- endif -%}
            {%- if loop.first and step.get('kind') is none -%}
                {{ exceptions.raise_compiler_error(at ~ ': the first step is a `kind` of conversations') }}
            {%- endif -%}
            {%- set kind = none if step.get('kind') is none else metric_choice(at, 'kind', step.get('kind'), none, kind_columns() | list) -%}
            {%- set from = metric_choice(at, 'from', step.get('from'), 'previous', ['previous', 'start']) -%}
            {%- set window = 0 if loop.first else ((step.get('window_days') or 30) | float * 86400000000) | round | int -%}
            {%- set is_from_start = from == 'start' or not is_strict -%}
            {%- set each.horizon = [each.horizon, window] | max if is_from_start else each.horizon + window -%}
            {%- set each.steps = each.steps + [{
                'number': loop.index,
                'name': step.get('name') | string,
                'kind_column': none if kind is none else kind_at(kind),
                'outcome': step.get('outcome'),
                'window_us': window,
                'is_from_start': is_from_start,
                'horizon_us': each.horizon,
            }] -%}
        {%- endfor -%}
        {%- set out.items = out.items + [{
            'name': item.get('name') | string,
            'is_strict': is_strict,
            'unit': metric_choice(where, 'unit', item.get('unit'), 'contact', ['contact', 'account']),
            'grains': chosen_grains(where, item.get('grains')),
            'sets': cuts.sets,
            'dimensions': cuts.dimensions,
            'steps': each.steps,
        }] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
