{#-
    The periods by which the tables of models/kpis count, of the variable `kpi_grains` (default month).
    Arguments: none.
    Returns through return(): a list of names, each once, and `all` at the end.
-#}
{% macro kpi_grains() -%}
    {{ return(chosen_grains('kpi_grains', var('kpi_grains', none))) }}
{%- endmacro %}
