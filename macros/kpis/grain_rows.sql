{#- The grains of kpi_grains() as a query with one column, `period_grain`: joined with every row, it puts the row into each of its periods. -#}
{% macro grain_rows() -%}
    {%- call(grain, number) union_of(kpi_grains()) -%}
    select '{{ grain }}' as period_grain
    {%- endcall -%}
{%- endmacro %}
