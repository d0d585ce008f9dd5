-- Grain: one row per metric version and matured eligible conversation.
-- Mind: `ends_at` is the conversion, or the end of the window: nothing later than it may explain how the conversation ended.
-- `stratum` holds the values of the metric's strata, as in cohort_strata; it is an empty string for a metric that has none.

{%- set metrics = conversion_metrics() %}

with

{% for metric in metrics -%}
{%- set strata = metric.strata | unique | sort(case_sensitive=true) -%}
-- {{ (metric.name ~ ' v' ~ metric.version) | replace('\n', ' ') }}
matured_{{ loop.index }} as (

    select
        metric,
        metric_version,
        conversation_id,
        first_message_id,
        contact_id,
        anchor_at,
        window_ends_at,
        converted_at,
        handled_by
    from {{ ref('metric_conversations') }} as metric_conversations
    where
        metric = {{ string_literal(metric.name) }}
        and metric_version = {{ metric.version }}
        and is_matured

),

seen_{{ loop.index }} as (

    select
        matured_{{ loop.index }}.metric,
        matured_{{ loop.index }}.metric_version,
        matured_{{ loop.index }}.conversation_id,
        matured_{{ loop.index }}.first_message_id,
        matured_{{ loop.index }}.contact_id,
        matured_{{ loop.index }}.anchor_at,
        matured_{{ loop.index }}.window_ends_at,
        matured_{{ loop.index }}.converted_at
        {%- set number = loop.index %}
        {%- for dimension in strata %},
        {% if dimension == 'handled_by' -%}
        matured_{{ number }}.handled_by
        {%- else -%}
        {{ cohort_dimension(dimension, 'conversations') | indent(8) }} as {{ dimension }}
        {%- endif %}
        {%- endfor %}
    from matured_{{ loop.index }}
    {%- if strata %}
    inner join {{ ref('conversations') }} as conversations
        on matured_{{ loop.index }}.conversation_id = conversations.conversation_id
    {%- endif %}

),

stratified_{{ loop.index }} as (

    select
        metric,
        metric_version,
        conversation_id,
        first_message_id,
        contact_id,
        anchor_at,
        window_ends_at,
        converted_at,
        {%- if strata %}
        {{ joined_parts(strata) | indent(8) }} as stratum
        {%- else %}
        '' as stratum
        {%- endif %}
    from seen_{{ loop.index }}

),

{% endfor -%}
stratified as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select * from stratified_{{ number }}
    {%- else -%}
    select
        metric,
        metric_version,
        conversation_id,
        first_message_id,
        contact_id,
        anchor_at,
        window_ends_at,
        converted_at,
        '' as stratum
    from {{ ref('metric_conversations') }} as metric_conversations
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        metric,
        metric_version,
        conversation_id,
        first_message_id,
        contact_id,
        anchor_at,
        coalesce(converted_at, window_ends_at) as ends_at,
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'anchor_at') | indent(8) }} as cell_date,
        stratum,
        converted_at is not null as is_converted
    from stratified

)

select * from final
