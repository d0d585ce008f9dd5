{#-
    The aggregates of response_kpis: conversations, and of each column of lengths its count, sum, median and 90th
    percentile.
    Arguments:
        lengths (list): names of columns of whole microseconds, nulls not counted; at least one.
    Returns: SQL select items: conversations, and of each column `<column>_count`, `<column>_sum`, `<column>_median` and
        `<column>_p90`.
-#}
{% macro response_totals(lengths) -%}
count(*) as conversations,
{%- for length in lengths %}
count({{ length }}) as {{ length }}_count,
sum({{ length }}) as {{ length }}_sum,
percentile_cont(0.5) within group (order by {{ length }}) as {{ length }}_median,
percentile_cont(0.9) within group (order by {{ length }}) as {{ length }}_p90{% if not loop.last %},{% endif %}
{%- endfor %}
{%- endmacro %}
