{#-
    By how much worth_of_a_point supposes each step of a funnel to be better: the variable `worth_lifts`, a mapping of
    points (a list, default 1) and percent (a list, default 10). An empty list is none of its kind.
    Arguments: none.
    Returns through return(): a list of mappings of unit (`points` or `percent`) and lift (a share of 1), each once.
-#}
{% macro worth_lifts() %}
    {%- set given = var('worth_lifts', none) or {} -%}
    {%- set out = namespace(items=[]) -%}
    {%- for unit, default in [('points', [1]), ('percent', [10])] -%}
        {%- set lifts = default if given.get(unit) is none else given.get(unit) -%}
        {%- for lift in lifts | map('float') | unique | sort -%}
            {%- if lift <= 0 -%}
                {{ exceptions.raise_compiler_error('worth_lifts, ' ~ unit ~ ': `' ~ lift ~ '` is no number above 0') }}
            {%- endif -%}
            {%- set out.items = out.items + [{'unit': unit, 'lift': lift / 100}] -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
