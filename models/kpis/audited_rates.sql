-- Grain: one row per metric version that excludes dispositions and has a matured conversation, excluded for its disposition or not.
-- Mind: it is assumed that within a recorded category the wrong ones convert like the right ones. Categories of which none was reviewed
-- are taken as recorded, and so is a conversation without a disposition.

{%- set metrics = conversion_metrics() | selectattr('exclude_dispositions') | list %}

with

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

reviews as (

    select
        disposition_category,
        reviewed_category
    from {{ ref('disposition_sample') }}
    where reviewed_category is not null

),

{% for metric in metrics -%}
-- {{ (metric.name ~ ' v' ~ metric.version) | replace('\n', ' ') }}: those that only their disposition excludes are judged as if it did not
kept_{{ loop.index }} as (

    select
        conversation_id,
        disposition_category,
        {{ 'coalesce((' ~ metric.where ~ '), false)' if metric.where else 'true' }} as is_kept
    from {{ ref('conversations') }} as conversations

),

judged_{{ loop.index }} as (

    select
        coalesce(conversations.disposition_category, 'none') as category,
        coalesce(conversations.disposition_category in ({{ string_list(metric.exclude_dispositions) }}), false) as is_excluded,
        coalesce(
            metric_conversations.status = 'converted'
            or outcome_spans.next_outcome_at < metric_conversations.window_ends_at,
            false
        ) as is_converted
    from {{ ref('metric_conversations') }} as metric_conversations
    inner join kept_{{ loop.index }} as conversations
        on metric_conversations.conversation_id = conversations.conversation_id
    inner join outcome_clocks
        on outcome_clocks.outcome = {{ string_literal(metric.outcome) }}
    left join {{ ref('outcome_spans') }} as outcome_spans
        on
            metric_conversations.eligibility = 'disposition'
            and outcome_spans.outcome = {{ string_literal(metric.outcome) }}
            and outcome_spans.unit = {{ string_literal(metric.unit) }}
            and metric_conversations.unit_id = outcome_spans.span_unit_id
            and metric_conversations.anchor_at > outcome_spans.span_after
            and metric_conversations.anchor_at <= outcome_spans.span_until
    where
        metric_conversations.metric = {{ string_literal(metric.name) }}
        and metric_conversations.metric_version = {{ metric.version }}
        and metric_conversations.window_ends_at <= outcome_clocks.complete_at
        and (
            metric_conversations.eligibility = 'eligible'
            or (
                metric_conversations.eligibility = 'disposition'
                and conversations.is_kept
                {%- if not metric.repeat_outcomes %}
                and outcome_spans.previous_outcome_at is null
                {%- endif %}
            )
        )

),

{% endfor -%}
counted as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        category,
        is_excluded,
        count(*) as matured,
        sum(case when is_converted then 1 else 0 end) as converted
    from judged_{{ number }}
    group by
        category,
        is_excluded
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        '' as category,
        false as is_excluded,
        0 as matured,
        0 as converted
    from outcome_clocks
    where false
    {%- endif -%}
    {%- endcall %}

),

found as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        disposition_category as category,
        count(*) as reviewed,
        sum(case when reviewed_category in ({{ string_list(metric.exclude_dispositions) }}) then 0 else 1 end) as kept
    from reviews
    group by disposition_category
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        '' as category,
        0 as reviewed,
        0 as kept
    from reviews
    where false
    {%- endif -%}
    {%- endcall %}

),

-- the share of each recorded category that the metric would keep; its variance by Agresti and Coull, which is not 0 at none or all
weighed as (

    select
        counted.metric,
        counted.metric_version,
        counted.is_excluded,
        counted.matured,
        counted.converted,
        coalesce(found.reviewed, 0) as reviewed,
        case
            when found.reviewed > 0 then found.kept / cast(found.reviewed as double)
            when counted.is_excluded then 0e0
            else 1e0
        end as kept_share,
        case
            when found.reviewed > 0
                then (found.kept + 2) * (found.reviewed - found.kept + 2)
                    / (cast(found.reviewed + 4 as double) * (found.reviewed + 4) * (found.reviewed + 4))
            else 0e0
        end as kept_variance
    from counted
    left join found
        on
            counted.metric = found.metric
            and counted.metric_version = found.metric_version
            and counted.category = found.category

),

corrected as (

    select
        *,
        sum(cast(matured * kept_share as decimal(38, 12))) over (
            partition by metric, metric_version
        ) as corrected_matured,
        sum(cast(converted * kept_share as decimal(38, 12))) over (
            partition by metric, metric_version
        ) as corrected_converted
    from weighed

),

summed as (

    select
        metric,
        metric_version,
        sum(case when is_excluded then 0 else matured end) as matured,
        sum(case when is_excluded then 0 else converted end) as matured_converted,
        sum(reviewed) as reviewed,
        sum(case when reviewed > 0 then matured else 0 end) / cast(sum(matured) as double) as coverage,
        cast(max(corrected_matured) as double) as corrected_matured,
        cast(max(corrected_converted) as double) as corrected_converted,
        cast(sum(cast(
            (converted - matured * cast(corrected_converted as double) / cast(nullif(corrected_matured, 0) as double))
            * (converted - matured * cast(corrected_converted as double) / cast(nullif(corrected_matured, 0) as double))
            * kept_variance as decimal(38, 12)
        )) as double) as review_variance
    from corrected
    group by
        metric,
        metric_version

),

spread as (

    select
        *,
        corrected_converted / nullif(corrected_matured, 0) as corrected_rate,
        {{ confidence_z() | trim }} * sqrt(
            corrected_converted * (corrected_matured - corrected_converted)
            / nullif(corrected_matured * corrected_matured * corrected_matured, 0)
            + review_variance / nullif(corrected_matured * corrected_matured, 0)
        ) as half_width
    from summed

),

final as (

    select
        metric,
        cast(metric_version as bigint) as metric_version,
        'matured_converted_conversations' as numerator_id,
        'matured_conversations' as denominator_id,
        cast(matured as bigint) as matured,
        cast(matured_converted as bigint) as matured_converted,
        matured_converted / cast(nullif(matured, 0) as double) as conversion_rate,
        cast(reviewed as bigint) as reviewed,
        coverage,
        case when reviewed > 0 then corrected_matured end as corrected_matured,
        case when reviewed > 0 then corrected_converted end as corrected_converted,
        case when reviewed > 0 then corrected_rate end as corrected_rate,
        case when reviewed > 0 and corrected_rate - half_width < 0 then 0e0 when reviewed > 0 then corrected_rate - half_width end
            as corrected_low,
        case when reviewed > 0 and corrected_rate + half_width > 1 then 1e0 when reviewed > 0 then corrected_rate + half_width end
            as corrected_high,
        {{ is_few('reviewed') }} as is_small,
        true as uses_late_facts
    from spread

)

select * from final
