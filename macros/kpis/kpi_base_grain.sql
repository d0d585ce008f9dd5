{#- The coarsest period from which all of kpi_grains() follow. Returns a name in the words of cell_date. -#}
{% macro kpi_base_grain() -%}
    {{ return(base_grain_of(kpi_grains())) }}
{%- endmacro %}
