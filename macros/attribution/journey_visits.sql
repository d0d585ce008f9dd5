{#-
    Which values of each dimension a path has; how often and in which order does not matter. Where this is written,
    `touches` has the rows of journey_touches.
    Arguments:
        cuts (list): names of dimensions that are columns of `touches`; empty for no rows.
    Returns: an SQL query: metric, metric_version, cut_by, cut_value, unit_id, is_converted, path_number and bucket,
        each once.
-#}
{% macro journey_visits(cuts) -%}
{% call(cut, number) union_of(cuts) -%}
    select
        metric,
        metric_version,
        {{ "'" ~ cut ~ "'" if cut else "''" }} as cut_by,
        {{ cut or 'channel' }} as cut_value,
        unit_id,
        is_converted,
        path_number,
        bucket
    from touches
    {%- if not cut %}
    where false
    {%- endif %}
    group by
        metric,
        metric_version,
        {{ cut or 'channel' }},
        unit_id,
        is_converted,
        path_number,
        bucket
    {%- endcall %}
{%- endmacro %}
