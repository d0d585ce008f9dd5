{#-
    What removal_credit reckons: the variable `removal_credit`, a mapping of by (a list of channel and campaign_id,
    default both; an empty list for no rows) and replicates (from 10 to 99, default 40: how often the paths are drawn
    anew for its intervals).
    Arguments: none.
    Returns through return(): a mapping of cuts (a list), replicates (a whole number) and metrics (versions in force,
        as conversion_metrics gives them; none without cuts).
-#}
{% macro credit_settings() %}
    {%- set given = var('removal_credit', none) or {} -%}
    {%- set out = namespace(cuts=[]) -%}
    {%- for cut in (['channel', 'campaign_id'] if given.get('by') is none else given.get('by')) | unique -%}
        {%- set out.cuts = out.cuts + [metric_choice('removal_credit', 'by', cut, none, ['channel', 'campaign_id'])] -%}
    {%- endfor -%}
    {%- set replicates = 40 if given.get('replicates') is none else given.get('replicates') -%}
    {%- if replicates | int < 10 or replicates | int > 99 -%}
        {{ exceptions.raise_compiler_error('removal_credit: replicates is a whole number from 10 to 99') }}
    {%- endif -%}
    {{ return({
        'cuts': out.cuts,
        'replicates': replicates | int,
        'metrics': conversion_metrics() | selectattr('status', 'equalto', 'active') | list if out.cuts else [],
    }) }}
{% endmacro %}
