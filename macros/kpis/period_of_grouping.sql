{#-
    The two columns of a period from grouping sets that hold one of `<grain>_start` or none.
    Arguments:
        grains (list): all of kpi_grains() but `all`, which is what no column says.
    Returns: two SQL select items: period_grain, and period_start, a date that is null of `all`.
-#}
{% macro period_of_grouping(grains) -%}
case
    when false then 'all'
    {%- for grain in grains %}
    when {{ grain }}_start is not null then '{{ grain }}'
    {%- endfor %}
    else 'all'
end as period_grain,
coalesce(
    {%- for grain in grains %}
    {{ grain }}_start,
    {%- endfor %}
    cast(null as date)
) as period_start
{%- endmacro %}
