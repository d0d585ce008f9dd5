{#-
    The ages of pipeline_stages: the variable `pipeline_ages`, the days in a stage at which one band ends and the next
    begins (default 14, 30, 60; an empty list for no rows, of pipeline_coverage either). A number not above 0 is a
    compile error.
    Arguments: none.
    Returns through return(): a list of mappings in their order: number, from and to (days; none for the last). Empty
        without limits.
-#}
{% macro pipeline_ages() %}
    {%- set given = var('pipeline_ages', none) -%}
    {%- set out = namespace(limits=[], items=[], from=0) -%}
    {%- for limit in ([14, 30, 60] if given is none else given) -%}
        {%- if limit | float <= 0 -%}
            {{ exceptions.raise_compiler_error('pipeline_ages: `' ~ limit ~ '` is no number of days above 0') }}
        {%- endif -%}
        {%- set out.limits = out.limits + [limit | float] -%}
    {%- endfor -%}
    {%- for limit in out.limits | unique | sort -%}
        {%- set out.items = out.items + [{'number': loop.index, 'from': out.from, 'to': limit}] -%}
        {%- set out.from = limit -%}
    {%- endfor -%}
    {%- if out.items -%}
        {%- set out.items = out.items + [{'number': out.items | length + 1, 'from': out.from, 'to': none}] -%}
    {%- endif -%}
    {{ return(out.items) }}
{% endmacro %}
