{#- The aggregates of response_kpis: conversations, and of each column of whole microseconds its count, sum, median and 90th percentile. -#}
{% macro response_totals(lengths) -%}
count(*) as conversations,
{%- for length in lengths %}
count({{ length }}) as {{ length }}_count,
sum({{ length }}) as {{ length }}_sum,
percentile_cont(0.5) within group (order by {{ length }}) as {{ length }}_median,
percentile_cont(0.9) within group (order by {{ length }}) as {{ length }}_p90{% if not loop.last %},{% endif %}
{%- endfor %}
{%- endmacro %}
