{#-
    The variable `experiments`: a list of mappings, one for each experiment of which more is known than its
    assignments. name; control (default: the variant `control`, else the least name); shares, a mapping of each
    variant to its part of the contacts (default: 1 each); metrics, the names of those it was made for (default: all);
    observation_days, how long after its assignment a contact counts (default: for ever); planned_contacts and
    minimum_effect, for experiment_monitor; holdout, whether its control is kept out of all other experiments for good
    (default: false); withholds, a mapping of the dimension and value that the control does not get, for
    removal_credit. An experiment that is not listed has the defaults. What is missing, given twice or not above 0 is
    a compile error.
    Arguments: none.
    Returns through return(): a list of mappings: name, control (none where not given), shares (a list of {variant,
        share}, empty where not given), metrics (empty for all), observation_seconds (none for ever), planned_contacts
        and minimum_effect (none where not given), is_holdout and withholds (none where not given).
-#}
{% macro declared_experiments() %}
    {%- set out = namespace(items=[], names=[]) -%}
    {%- for item in var('experiments', none) or [] -%}
        {%- set where = 'experiments, item ' ~ loop.index -%}
        {%- if not item.get('name') -%}
            {{ exceptions.raise_compiler_error(where ~ ': `name` is required') }}
        {%- endif -%}
        {%- if item.get('name') in out.names -%}
            {{ exceptions.raise_compiler_error(where ~ ': ' ~ item.get('name') ~ ' is there twice') }}
        {%- endif -%}
        {%- set out.names = out.names + [item.get('name')] -%}
        {%- set each = namespace(shares=[]) -%}
        {%- for variant, share in (item.get('shares') or {}).items() -%}
            {%- if share | float <= 0 -%}
                {{ exceptions.raise_compiler_error(where ~ ': the share of ' ~ variant ~ ' is no number above 0') }}
            {%- endif -%}
            {%- set each.shares = each.shares + [{'variant': variant | string, 'share': share | float}] -%}
        {%- endfor -%}
        {%- set days = item.get('observation_days') -%}
        {%- if days is not none and days | float <= 0 -%}
            {{ exceptions.raise_compiler_error(where ~ ': observation_days is no number above 0') }}
        {%- endif -%}
        {%- for key in ['planned_contacts', 'minimum_effect'] if item.get(key) is not none and item.get(key) | float <= 0 -%}
            {{ exceptions.raise_compiler_error(where ~ ': ' ~ key ~ ' is no number above 0') }}
        {%- endfor -%}
        {%- set out.items = out.items + [{
            'name': item.get('name') | string,
            'control': item.get('control'),
            'shares': each.shares,
            'metrics': item.get('metrics') or [],
            'observation_seconds': none if days is none else (days | float * 86400) | round | int,
            'planned_contacts': item.get('planned_contacts'),
            'minimum_effect': item.get('minimum_effect'),
            'is_holdout': item.get('holdout') or false,
            'withholds': item.get('withholds'),
        }] -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
