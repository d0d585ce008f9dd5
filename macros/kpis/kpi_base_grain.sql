{#-
    The coarsest period from which all of kpi_grains() follow.
    Arguments: none.
    Returns through return(): a name in the words of cell_date: see base_grain_of.
-#}
{% macro kpi_base_grain() -%}
    {{ return(base_grain_of(kpi_grains())) }}
{%- endmacro %}
