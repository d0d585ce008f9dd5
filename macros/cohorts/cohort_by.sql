{#-
    The name of a cohort set, from which of its metric's dimensions are not null.
    Arguments:
        dimensions (list): the names of the metric's dimensions, columns where this is written.
    Returns: an SQL expression, a text and never null: the names sorted and joined by `+`, or `all`.
-#}
{% macro cohort_by(dimensions) -%}
    {%- if dimensions -%}
        coalesce(nullif(substr(
            {%- for dimension in dimensions | sort(case_sensitive=true) %}
            case when {{ dimension }} is not null then '+{{ dimension }}' else '' end{% if not loop.last %} ||{% endif %}
            {%- endfor %},
            2
        ), ''), 'all')
    {%- else -%}
        'all'
    {%- endif -%}
{%- endmacro %}
