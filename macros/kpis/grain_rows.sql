{#-
    The grains of kpi_grains() as rows: joined with every row, they put the row into each of its periods.
    Arguments: none.
    Returns: a query of one column, period_grain.
-#}
{% macro grain_rows() -%}
    {%- call(grain, number) union_of(kpi_grains()) -%}
    select '{{ grain }}' as period_grain
    {%- endcall -%}
{%- endmacro %}
