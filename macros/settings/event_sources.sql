{#-
    Which events rate_events puts beside rates: the variable `event_sources`, a list of events (the seed), holidays (of
    the calendar `business_calendar`) and changes (the input operational_changes). Default all; an empty list for no
    rows.
    Arguments: none.
    Returns through return(): a list of names, each once.
-#}
{% macro event_sources() %}
    {%- set known = ['events', 'holidays', 'changes'] -%}
    {%- set given = var('event_sources', none) -%}
    {%- set out = namespace(items=[]) -%}
    {%- for source in (known if given is none else given) | unique -%}
        {%- set out.items = out.items + [metric_choice('event_sources', 'source', source, none, known)] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
