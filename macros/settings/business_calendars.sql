{#-
    Which business calendar counts for whom. `default` is the variable `business_calendar`; the variable
    `business_calendars` gives others to some teams or territories:

      business_calendars:
        by: owner_team                       # owner_team, owner_territory, or territory (the contact's)
        calendars: {field sales: field}      # value: calendar of the seeds business_hours and holidays

    Arguments: none.
    Returns through return(): a mapping: default; by (none when nothing is assigned); assigned, a list of {value,
        calendar}; names, every calendar in use.
-#}
{% macro business_calendars() %}
    {%- set given = var('business_calendars', none) or {} -%}
    {%- set out = namespace(assigned=[], names=[(var('business_calendar', none) or 'default') | string | trim | lower]) -%}
    {%- set default = out.names[0] -%}
    {%- for value, calendar in (given.get('calendars') or {}).items() -%}
        {%- set calendar = calendar | string | trim | lower -%}
        {%- set out.assigned = out.assigned + [{'value': value | string, 'calendar': calendar}] -%}
        {%- if calendar not in out.names -%}
            {%- set out.names = out.names + [calendar] -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set by = none -%}
    {%- if out.assigned -%}
        {%- set by = metric_choice('business_calendars', 'by', given.get('by'), 'none given', ['owner_team', 'owner_territory', 'territory']) -%}
    {%- endif -%}
    {{ return({'default': default, 'by': by, 'assigned': out.assigned, 'names': out.names}) }}
{% endmacro %}
