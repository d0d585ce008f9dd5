{#-
    The value of one dimension of a row of `conversations`, as text.
    Arguments:
        dimension (text): a name of cohort_dimensions(). `handled_by` is no column of `conversations` and is given by
            the caller.
        conversation (text): the name or alias of the relation with the columns of `conversations`.
    Returns: an SQL expression, a text and never null: `unknown` where the conversation has no value; a response_band
        without an answer is `waiting` or `none`.
-#}
{% macro cohort_dimension(dimension, conversation) -%}
    {%- if dimension == 'is_regulated' -%}
        case when {{ conversation }}.is_regulated then 'true' when not {{ conversation }}.is_regulated then 'false' else 'unknown' end
    {%- elif dimension == 'response_band' -%}
        case
            when {{ conversation }}.first_response_seconds < 300 then 'under_5m'
            when {{ conversation }}.first_response_seconds < 3600 then '5m_to_1h'
            when {{ conversation }}.first_response_seconds < 86400 then '1h_to_24h'
            when {{ conversation }}.first_response_seconds >= 86400 then 'over_24h'
            when {{ conversation }}.wait_count > 0 then 'waiting'
            else 'none'
        end
    {%- elif dimension == 'timing_window' -%}
        {{ timing_window(local_time(conversation ~ '.started_at')) }}
    {%- else -%}
        coalesce({{ conversation }}.{{ dimension }}, 'unknown')
    {%- endif -%}
{%- endmacro %}
