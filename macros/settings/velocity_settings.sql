{#-
    What sales_velocity counts: the variable `sales_velocity`, a mapping of opened (the outcome that opens a deal,
    default opportunity_created), lost (default closed_lost) and by (a list of all, source, territory, industry and
    persona of the deal's contact; default all, source and territory, an empty list for no rows).
    Arguments: none.
    Returns through return(): a mapping of opened and lost (SQL literals, texts in lower case) and cuts (a list).
-#}
{% macro velocity_settings() %}
    {%- set given = var('sales_velocity', none) or {} -%}
    {%- set known = ['all', 'source', 'territory', 'industry', 'persona'] -%}
    {%- set out = namespace(cuts=[]) -%}
    {%- for cut in (['all', 'source', 'territory'] if given.get('by') is none else given.get('by')) | unique -%}
        {%- set out.cuts = out.cuts + [metric_choice('sales_velocity', 'by', cut, none, known)] -%}
    {%- endfor -%}
    {{ return({
        'opened': string_literal((given.get('opened') or 'opportunity_created') | trim | lower),
        'lost': string_literal((given.get('lost') or 'closed_lost') | trim | lower),
        'cuts': out.cuts,
    }) }}
{% endmacro %}
