{#-
    The stratum of a conversation by the strata that its metric version declares, as one text.
    Arguments:
        metrics (list): items of conversion_metrics().
        judged (SQL): the name or alias of the relation with the columns of `metric_conversations`.
        conversation (SQL): that of the relation with the columns of `conversations`.
    Returns: an SQL expression, a text and never null; empty for a version without strata.
-#}
{% macro metric_stratum(metrics, judged, conversation) -%}
        case
            when false then ''
            {%- for metric in metrics if metric.strata %}
            when {{ judged }}.metric = {{ string_literal(metric.name) }} and {{ judged }}.metric_version = {{ metric.version }}
                then
                    {%- set strata = namespace(values=[]) -%}
                    {%- for dimension in metric.strata | unique | sort(case_sensitive=true) -%}
                        {%- set value = judged ~ '.handled_by' if dimension == 'handled_by' else cohort_dimension(dimension, conversation) -%}
                        {%- set strata.values = strata.values + ['(' ~ value ~ ')'] -%}
                    {%- endfor %}
                    {{ joined_parts(strata.values) | indent(20) }}
            {%- endfor %}
            else ''
        end
{%- endmacro %}
