-- Grain: one row per metric version and conversation that became the metric's kind.
-- Mind: `eligibility` is the first reason that applies, and the columns after it are null unless it is `eligible`.
-- A conversation counts once however many outcomes follow; no attribution model is looked at here. A retired version has no rows.

{%- set metrics = conversion_metrics() %}

-- the two big relations are read branch by branch, and not through a CTE, of which a copy would be made
with

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

{% for metric in metrics -%}
{%- set unit_id = 'account_id' if metric.unit == 'account' else 'contact_id' -%}
{%- set anchor_at = 'started_at' if metric.anchor == 'start' else kind_at(metric.kind) -%}
{%- set handled_by = handled_by_at('first_human_at', 'first_bot_at', anchor_at) -%}
-- {{ (metric.name ~ ' v' ~ metric.version) | replace('\n', ' ') }}
anchored_{{ loop.index }} as (

    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ string_literal(metric.outcome) }} as outcome,
        conversation_id,
        first_message_id,
        contact_id,
        {{ unit_id }} as unit_id,
        {{ anchor_at }} as anchor_at,
        {{ anchor_at }} + interval '{{ metric.window_seconds }} seconds' as window_ends_at,
        {{ handled_by }} as handled_by,
        case
            when {{ unit_id }} is null then 'no_unit'
            {%- if metric.channels is not none %}
            when not coalesce(channel in ({{ string_list(metric.channels) }}), false) then 'channel'
            {%- endif %}
            {%- if metric.handled_by is not none %}
            when not coalesce({{ handled_by }} in ({{ string_list(metric.handled_by) }}), false) then 'handled_by'
            {%- endif %}
            {%- if metric.exclude_dispositions %}
            when disposition_category in ({{ string_list(metric.exclude_dispositions) }}) then 'disposition'
            {%- endif %}
            {%- if metric.where %}
            when not coalesce(({{ metric.where }}), false) then 'predicate'
            {%- endif %}
        end as exclusion,
        {{ 'true' if metric.repeat_outcomes else 'false' }} as is_repeatable
    from {{ ref('conversations') }} as conversations
    where
        {{ kind_at(metric.kind) }} is not null
        {%- if metric.retired_on is not none %}
        and exists (
            select 1 from {{ ref('metric_versions') }} as metric_versions
            where
                metric_versions.metric = {{ string_literal(metric.name) }}
                and metric_versions.metric_version = {{ metric.version }}
        )
        {%- endif %}

),

spans_{{ loop.index }} as (

    select
        span_unit_id,
        span_after,
        span_until,
        previous_outcome_at,
        next_outcome_at
    from {{ ref('outcome_spans') }} as outcome_spans
    where
        outcome = {{ string_literal(metric.outcome) }}
        and unit = {{ string_literal(metric.unit) }}

),

{% endfor -%}
anchored as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select
        anchored_{{ number }}.*,
        spans_{{ number }}.previous_outcome_at,
        spans_{{ number }}.next_outcome_at
    from anchored_{{ number }}
    left join spans_{{ number }}
        on
            anchored_{{ number }}.unit_id = spans_{{ number }}.span_unit_id
            and anchored_{{ number }}.anchor_at > spans_{{ number }}.span_after
            and anchored_{{ number }}.anchor_at <= spans_{{ number }}.span_until
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        '' as outcome,
        conversation_id,
        first_message_id,
        contact_id,
        contact_id as unit_id,
        started_at as anchor_at,
        started_at as window_ends_at,
        '' as handled_by,
        '' as exclusion,
        true as is_repeatable,
        started_at as previous_outcome_at,
        started_at as next_outcome_at
    from {{ ref('conversations') }} as conversations
    where false
    {%- endif -%}
    {%- endcall %}

),

judged as (

    select
        anchored.metric,
        anchored.metric_version,
        anchored.conversation_id,
        anchored.first_message_id,
        anchored.contact_id,
        anchored.unit_id,
        anchored.anchor_at,
        anchored.window_ends_at,
        anchored.handled_by,
        case
            when anchored.exclusion is not null then anchored.exclusion
            when not anchored.is_repeatable and anchored.previous_outcome_at is not null then 'already_converted'
            else 'eligible'
        end as eligibility,
        anchored.next_outcome_at,
        case
            when anchored.next_outcome_at < anchored.window_ends_at then anchored.next_outcome_at
        end as first_outcome_at,
        coalesce(anchored.window_ends_at <= outcome_clocks.complete_at, false) as is_over
    from anchored
    left join outcome_clocks
        on anchored.outcome = outcome_clocks.outcome

),

final as (

    select
        metric,
        cast(metric_version as bigint) as metric_version,
        conversation_id,
        first_message_id,
        contact_id,
        unit_id,
        anchor_at,
        window_ends_at,
        handled_by,
        eligibility,
        case when eligibility = 'eligible' then first_outcome_at end as converted_at,
        case
            when eligibility <> 'eligible' then cast(null as varchar)
            when first_outcome_at is not null then 'converted'
            when is_over then 'not_converted'
            else 'pending'
        end as status,
        case when eligibility = 'eligible' then is_over end as is_matured,
        case when eligibility = 'eligible' then next_outcome_at end as next_outcome_at
    from judged

)

select * from final
