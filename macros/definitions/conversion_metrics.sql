{#-
    The metric versions of the variable `conversion_metrics`, every default filled in. The only reader of that variable:
    models take what this returns and never look at `var` themselves. What is missing, given twice or none of the
    allowed values is a compile error that names the metric version.
    Arguments: none.
    Returns through return(): a list of mappings, empty without the variable: name, version, status, owner, description,
        change_note, effective_from, retired_on and review_by (days as text, or none), outcome, kind, anchor,
        window_days, window_seconds, unit, attribution, half_life_days, repeat_outcomes, channels and handled_by (none:
        no restriction; an empty list: nobody), exclude_dispositions, where, strata, grains (with `all` at the end),
        base_grain (the coarsest from which all grains follow), sets (each a sorted list of dimensions), dimensions
        (those any set uses).
-#}
{% macro conversion_metrics() %}
    {%- set out = namespace(metrics=[], keys=[]) -%}
    {%- for item in var('conversion_metrics', none) or [] -%}
        {%- set version = item.get('version') or 1 -%}
        {%- set where = 'metric ' ~ item.get('name') ~ ' v' ~ version -%}
        {%- for field in ['name', 'outcome', 'window_days'] if not item.get(field) -%}
            {{ exceptions.raise_compiler_error(where ~ ': `' ~ field ~ '` is required') }}
        {%- endfor -%}
        {%- if where in out.keys -%}
            {{ exceptions.raise_compiler_error(where ~ ' is defined twice') }}
        {%- endif -%}
        {%- set out.keys = out.keys + [where] -%}

        {%- set eligible = item.get('eligible') or {} -%}
        {%- set cohorts = item.get('cohorts') or {} -%}
        {%- set status = metric_choice(where, 'status', item.get('status'), 'active', ['draft', 'active', 'deprecated']) -%}
        {%- set retired_on = iso_day(where, 'retired_on', item.get('retired_on')) -%}
        {%- if retired_on is not none and status != 'deprecated' -%}
            {{ exceptions.raise_compiler_error(where ~ ': retired_on is for status deprecated, and it is ' ~ status) }}
        {%- endif -%}
        {%- set kind = metric_choice(where, 'kind', item.get('kind'), 'two_way', kind_columns() | list) -%}
        {%- set anchor = metric_choice(where, 'anchor', item.get('anchor'), 'kind', ['kind', 'start']) -%}
        {%- set unit = metric_choice(where, 'unit', item.get('unit'), 'contact', ['contact', 'account']) -%}
        {%- set attribution = metric_choice(where, 'attribution', item.get('attribution'), 'linear', ['first_touch', 'last_touch', 'linear', 'position_based', 'time_decay']) -%}

        {%- set grains = chosen_grains(where, cohorts.get('grains')) -%}
        {%- set cuts = chosen_cuts(where, cohorts.get('by')) -%}

        {%- set out.metrics = out.metrics + [{
            'name': item.get('name') | string | trim,
            'version': version | int,
            'status': status,
            'owner': item.get('owner'),
            'description': item.get('description'),
            'change_note': item.get('change_note'),
            'effective_from': iso_day(where, 'effective_from', item.get('effective_from')),
            'retired_on': retired_on,
            'review_by': iso_day(where, 'review_by', item.get('review_by')),
            'outcome': item.get('outcome') | string | trim,
            'kind': kind,
            'anchor': anchor,
            'window_days': item.get('window_days') | float,
            'window_seconds': (item.get('window_days') | float * 86400) | round | int,
            'unit': unit,
            'attribution': attribution,
            'half_life_days': (item.get('half_life_days') or 7) | float,
            'repeat_outcomes': item.get('repeat_outcomes') is none or item.get('repeat_outcomes') | string | lower == 'true',
            'channels': none if eligible.get('channels') is none else eligible.get('channels') | map('trim') | map('lower') | list,
            'exclude_dispositions': (eligible.get('exclude_dispositions') or []) | map('trim') | map('lower') | list,
            'handled_by': none if eligible.get('handled_by') is none else eligible.get('handled_by') | map('trim') | map('lower') | list,
            'where': (eligible.get('where') or '') | string | trim or none,
            'strata': (item.get('strata') or []) | list,
            'grains': grains,
            'base_grain': base_grain_of(grains),
            'sets': cuts.sets,
            'dimensions': cuts.dimensions,
        }] -%}
    {%- endfor -%}
    {{ return(out.metrics) }}
{% endmacro %}
