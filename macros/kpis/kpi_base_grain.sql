{#- The coarsest period from which all of kpi_grains() follow, in the words of cell_date. -#}
{% macro kpi_base_grain() -%}
    {%- set grains = kpi_grains() -%}
    {%- set longer = namespace(grain='year') -%}
    {%- for grain in ['quarter', 'month'] if grain in grains -%}
        {%- set longer.grain = grain -%}
    {%- endfor -%}
    {%- if 'day' in grains -%}
        {{ return('day') }}
    {%- elif 'week' not in grains -%}
        {{ return(longer.grain) }}
    {%- elif longer.grain == 'year' and 'year' not in grains -%}
        {{ return('week') }}
    {%- else -%}
        {{ return('week of ' ~ longer.grain) }}
    {%- endif -%}
{%- endmacro %}
