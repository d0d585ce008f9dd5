-- Conversions and touches are found in two ways: a conversation converted just when it touches an outcome, at the first of them.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
with first_touches as (
    select
        attributed_outcomes.metric,
        attributed_outcomes.metric_version,
        attributed_outcomes.conversation_id,
        min(outcomes.occurred_at) as converted_at
    from {{ ref('attributed_outcomes') }} as attributed_outcomes
    inner join {{ ref('outcomes') }} as outcomes
        on attributed_outcomes.outcome_id = outcomes.outcome_id
    group by
        attributed_outcomes.metric,
        attributed_outcomes.metric_version,
        attributed_outcomes.conversation_id
),

conversions as (
    select
        metric,
        metric_version,
        conversation_id,
        converted_at
    from {{ ref('metric_conversations') }}
    where converted_at is not null
)

select
    coalesce(conversions.metric, first_touches.metric) as metric,
    coalesce(conversions.metric_version, first_touches.metric_version) as metric_version,
    coalesce(conversions.conversation_id, first_touches.conversation_id) as conversation_id
from conversions
full outer join first_touches
    on
        conversions.metric = first_touches.metric
        and conversions.metric_version = first_touches.metric_version
        and conversions.conversation_id = first_touches.conversation_id
where conversions.converted_at is distinct from first_touches.converted_at
