{#-
    The variable `capacity_targets`, a list of mappings: name, funnel, count (how many must reach the step) and by (a
    date); step (a name; default the last), weeks (over how many the conversations are begun, 13) and
    attempts_per_rep_per_week (no reps are said without). What is missing, given twice or the name of no funnel or step
    is a compile error.
    Arguments: none.
    Returns through return(): a list of mappings with the same keys, every default filled in; empty without the
        variable.
-#}
{% macro capacity_targets() %}
    {%- set funnels = declared_funnels() -%}
    {%- set out = namespace(items=[], names=[]) -%}
    {%- for item in var('capacity_targets', none) or [] -%}
        {%- set where = 'capacity_targets, item ' ~ loop.index -%}
        {%- for field in ['name', 'funnel', 'count', 'by'] if not item.get(field) -%}
            {{ exceptions.raise_compiler_error(where ~ ': `' ~ field ~ '` is required') }}
        {%- endfor -%}
        {%- if item.get('name') in out.names -%}
            {{ exceptions.raise_compiler_error(where ~ ': ' ~ item.get('name') ~ ' is there twice') }}
        {%- endif -%}
        {%- set out.names = out.names + [item.get('name')] -%}
        {%- set name = metric_choice(where, 'funnel', item.get('funnel'), none, funnels | map(attribute='name') | list) -%}
        {%- set funnel = funnels | selectattr('name', 'equalto', name) | first -%}
        {%- set steps = funnel.steps | map(attribute='name') | list -%}
        {%- set step = metric_choice(where, 'step', item.get('step'), steps | last, steps) -%}
        {%- set pace = item.get('attempts_per_rep_per_week') -%}
        {%- set out.items = out.items + [{
            'name': item.get('name') | string,
            'funnel': name,
            'step': step,
            'count': item.get('count') | float,
            'by': item.get('by') | string,
            'weeks': (item.get('weeks') or 13) | float,
            'attempts_per_rep_per_week': none if pace is none else pace | float,
        }] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
