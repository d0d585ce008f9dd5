{#-
    How contact_centre and staffing_need read calls and states of reps: the variable `contact_centre`, a mapping of
    enabled (default true; false for no rows of either), lists of states available (default available), talk (talk),
    hold (hold), after_call (wrap_up, after_call) and transfer (transfer), and service_seconds (20), service_level
    (0.8), shrinkage (0.3) and weeks (13).
    Arguments: none.
    Returns through return(): a mapping of is_on, states (a mapping of each kind to texts in lower case),
        service_seconds, service_level, shrinkage and weeks.
-#}
{% macro centre_settings() %}
    {%- set given = var('contact_centre', none) or {} -%}
    {%- set out = namespace(states={}) -%}
    {%- for kind, default in [
        ('available', ['available']), ('talk', ['talk']), ('hold', ['hold']), ('after_call', ['wrap_up', 'after_call']),
        ('transfer', ['transfer']),
    ] -%}
        {%- set own = default if given.get(kind) is none else given.get(kind) -%}
        {%- set out.states = dict(out.states, **{kind: own | map('trim') | map('lower') | unique | list}) -%}
    {%- endfor -%}
    {%- set numbers = {'service_seconds': 20, 'service_level': 0.8, 'shrinkage': 0.3, 'weeks': 13} -%}
    {%- set found = namespace(items={}) -%}
    {%- for name, default in numbers.items() -%}
        {%- set found.items = dict(found.items, **{name: default if given.get(name) is none else given.get(name)}) -%}
    {%- endfor -%}
    {%- set numbers = found.items -%}
    {%- if numbers.service_seconds | float < 0 or numbers.service_level | float <= 0 or numbers.service_level | float >= 1
        or numbers.shrinkage | float < 0 or numbers.shrinkage | float >= 1 or numbers.weeks | int < 1 -%}
        {{ exceptions.raise_compiler_error(
            'contact_centre: service_seconds is 0 or more, service_level above 0 and below 1, shrinkage from 0 to below 1, weeks 1 or more'
        ) }}
    {%- endif -%}
    {{ return({
        'is_on': given.get('enabled') is none or given.get('enabled'),
        'states': out.states,
        'service_seconds': numbers.service_seconds,
        'service_level': numbers.service_level,
        'shrinkage': numbers.shrinkage,
        'weeks': numbers.weeks | int,
    }) }}
{% endmacro %}
