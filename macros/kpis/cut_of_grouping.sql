{#- cut_by and cut_value from grouping sets that hold one of the columns `cuts` or none; their values are never null. -#}
{% macro cut_of_grouping(cuts) -%}
case
    {%- for cut in cuts %}
    when {{ cut }} is not null then '{{ cut }}'
    {%- endfor %}
    else 'all'
end as cut_by,
coalesce({{ cuts | join(', ') }}, cast(null as varchar)) as cut_value
{%- endmacro %}
