{#-
    cut_by and cut_value from grouping sets that hold one of some columns or none.
    Arguments:
        cuts (list): names of the columns, at least one; their values are never null.
    Returns: two SQL select items: cut_by, the column's name or `all`, and cut_value, its value, null of `all`.
-#}
{% macro cut_of_grouping(cuts) -%}
case
    {%- for cut in cuts %}
    when {{ cut }} is not null then '{{ cut }}'
    {%- endfor %}
    else 'all'
end as cut_by,
coalesce({{ cuts | join(', ') }}, cast(null as varchar)) as cut_value
{%- endmacro %}
