{#-
    The strict funnels that handover_rates reads: those that the variable `handover_funnels` names (default all; an
    empty list for no rows). A name that no strict funnel has is a compile error.
    Arguments: none.
    Returns through return(): a list of the mappings of declared_funnels().
-#}
{% macro handover_funnels() %}
    {%- set strict = declared_funnels() | selectattr('is_strict') | list -%}
    {%- set given = var('handover_funnels', none) -%}
    {%- set out = namespace(items=strict if given is none else []) -%}
    {%- for name in (given or []) | unique -%}
        {%- set found = strict | selectattr('name', 'equalto', name) | list -%}
        {%- if not found -%}
            {{ exceptions.raise_compiler_error('handover_funnels: `' ~ name ~ '` is no strict funnel; there are: ' ~ (strict | map(attribute='name') | join(', '))) }}
        {%- endif -%}
        {%- set out.items = out.items + found -%}
    {%- endfor -%}
    {{ return(out.items) }}
{% endmacro %}
