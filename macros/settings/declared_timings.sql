{#-
    The variable `outcome_timings`: from one outcome to another. Each item: name, from, to, by (whose: deal, contact or
    entity, that is the meeting or deal itself) and window_days, within which the second must follow to count. Without
    the variable the four of the standard. What is missing or given twice is a compile error.
    Arguments: none.
    Returns through return(): a list of mappings: name, from, to, by (the column of the id) and window_us (whole
        microseconds).
-#}
{% macro declared_timings() %}
    {%- set out = namespace(items=[], names=[]) -%}
    {%- set default = [
        {'name': 'demo_attendance', 'from': 'demo_scheduled', 'to': 'demo_attended', 'by': 'entity', 'window_days': 30},
        {'name': 'demo_conversion', 'from': 'demo_attended', 'to': 'closed_won', 'by': 'contact', 'window_days': 90},
        {'name': 'proposal_sign', 'from': 'proposal_sent', 'to': 'proposal_signed', 'by': 'deal', 'window_days': 60},
        {'name': 'opportunity_to_won', 'from': 'opportunity_created', 'to': 'closed_won', 'by': 'deal', 'window_days': 90},
    ] -%}
    {%- set given = var('outcome_timings', none) -%}
    {%- set wanted = default if given is none else given -%}
    {%- for item in wanted -%}
        {%- set where = 'outcome_timings, item ' ~ loop.index -%}
        {%- if not (item.get('name') and item.get('from') and item.get('to') and item.get('window_days')) or item.get('name') in out.names -%}
            {{ exceptions.raise_compiler_error(where ~ ': `name` (its own), `from`, `to` and `window_days` are required') }}
        {%- endif -%}
        {%- set out.names = out.names + [item.get('name')] -%}
        {%- set out.items = out.items + [{
            'name': item.get('name') | string,
            'from': item.get('from') | string | trim | lower,
            'to': item.get('to') | string | trim | lower,
            'by': metric_choice(where, 'by', item.get('by'), 'deal', ['deal', 'contact', 'entity']) ~ '_id',
            'window_us': (item.get('window_days') | float * 86400000000) | round | int,
        }] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
