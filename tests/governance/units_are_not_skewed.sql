-- Units that hold more than a tenth of a metric's touches, from 1,000 on: most often an account that collects everybody
-- without one. Its conversations share all its outcomes, and the metric says little.
{{ config(
    severity='warn',
    meta={'what_to_do': 'give the contacts of this unit accounts of their own, or count the metric by `unit: contact`'},
) }}
with touches as (
    select
        attributed_outcomes.metric,
        attributed_outcomes.metric_version,
        metric_conversations.unit_id
    from {{ ref('attributed_outcomes') }} as attributed_outcomes
    inner join {{ ref('metric_conversations') }} as metric_conversations
        on
            attributed_outcomes.metric = metric_conversations.metric
            and attributed_outcomes.metric_version = metric_conversations.metric_version
            and attributed_outcomes.conversation_id = metric_conversations.conversation_id
    where metric_conversations.converted_at is not null
),

units as (
    select
        metric,
        metric_version,
        unit_id,
        count(*) as touch_count
    from touches
    group by
        metric,
        metric_version,
        unit_id
),

totals as (
    select
        metric,
        metric_version,
        count(*) as touch_count
    from touches
    group by
        metric,
        metric_version
)

select
    units.metric,
    units.metric_version,
    units.unit_id,
    units.touch_count
from units
inner join totals
    on
        units.metric = totals.metric
        and units.metric_version = totals.metric_version
where
    units.touch_count >= 1000
    and units.touch_count * 10 > totals.touch_count
