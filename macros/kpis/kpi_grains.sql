{#- The periods by which the tables of models/kpis count: the variable `kpi_grains` (default month), each once, and `all` at the end. -#}
{% macro kpi_grains() -%}
    {%- set out = namespace(grains=[]) -%}
    {%- for grain in var('kpi_grains', none) or ['month'] -%}
        {%- set known = metric_choice('kpi_grains', 'grain', grain, none, ['day', 'week', 'month', 'quarter', 'year', 'all']) -%}
        {%- if known not in out.grains and known != 'all' -%}
            {%- set out.grains = out.grains + [known] -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(out.grains + ['all']) }}
{%- endmacro %}
