{#-
    The variable `sla_targets`: how soon whom is to be answered. Each item: name; minutes; clock, `business` (default)
    or `calendar`; and of which first waits, by lists that all have to hold: topics (of the opening message), channels,
    lifecycle_stages (when the conversation began) and sources (of the contact). Without the variable: a quarter of an
    hour for who asks about buying, four hours for everyone. What is missing or given twice is a compile error.
    Arguments: none.
    Returns through return(): a list of mappings: name, target_us (whole microseconds), clock, topics (none for any) and
        filters (a list of {column, values}).
-#}
{% macro declared_sla_targets() %}
    {%- set out = namespace(items=[], names=[]) -%}
    {%- set default = [
        {'name': 'buying_intent', 'minutes': 15, 'topics': ['pricing', 'demo', 'trial', 'contract']},
        {'name': 'everyone', 'minutes': 240},
    ] -%}
    {%- set given = var('sla_targets', none) -%}
    {%- set wanted = default if given is none else given -%}
    {%- for item in wanted -%}
        {%- set where = 'sla_targets, item ' ~ loop.index -%}
        {%- if not item.get('name') or item.get('name') in out.names -%}
            {{ exceptions.raise_compiler_error(where ~ ': `name` is required, and its own') }}
        {%- endif -%}
        {%- set out.names = out.names + [item.get('name')] -%}
        {%- if not item.get('minutes') or item.get('minutes') | float <= 0 -%}
            {{ exceptions.raise_compiler_error(where ~ ': `minutes` is no number above 0') }}
        {%- endif -%}
        {%- set each = namespace(filters=[]) -%}
        {%- for key, column in [('channels', 'channel'), ('lifecycle_stages', 'lifecycle_stage_at_start'), ('sources', 'source')] if item.get(key) is not none -%}
            {%- set each.filters = each.filters + [{'column': column, 'values': item.get(key)}] -%}
        {%- endfor -%}
        {%- set out.items = out.items + [{
            'name': item.get('name') | string,
            'target_us': (item.get('minutes') | float * 60000000) | round | int,
            'clock': metric_choice(where, 'clock', item.get('clock'), 'business', ['business', 'calendar']),
            'topics': item.get('topics'),
            'filters': each.filters,
        }] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
