-- Grain: one row per touch (metric version, outcome and conversation) with the dimensions of its conversation's cohorts.
-- Mind: `cell_date` is the period of the conversation's anchor, `occurred_date` that of the outcome. The two numbers are
-- short names of ids within one build.

with

attributed_outcomes as (

    select * from {{ ref('attributed_outcomes') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

cohort_conversations as (

    select * from {{ ref('cohort_conversations') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

numbered as (

    select
        outcome_id,
        occurred_at,
        row_number() over (order by outcome_id) as outcome_number,
        case when deal_id is not null then dense_rank() over (order by deal_id) end as deal_number
    from outcomes

),

final as (

    select
        attributed_outcomes.metric,
        attributed_outcomes.metric_version,
        attributed_outcomes.outcome_id,
        attributed_outcomes.conversation_id,
        cast(numbered.outcome_number as bigint) as outcome_number,
        cast(numbered.deal_number as bigint) as deal_number,
        cohort_conversations.cell_date,
        {{ cell_date('metric_cuts.base_grain', 'numbered.occurred_at') | indent(8) }} as occurred_date,
        {%- for dimension in cohort_dimensions() %}
        cohort_conversations.{{ dimension }},
        {%- endfor %}
        attributed_outcomes.credit
    from attributed_outcomes
    inner join numbered
        on attributed_outcomes.outcome_id = numbered.outcome_id
    inner join cohort_conversations
        on
            attributed_outcomes.metric = cohort_conversations.metric
            and attributed_outcomes.metric_version = cohort_conversations.metric_version
            and attributed_outcomes.conversation_id = cohort_conversations.conversation_id
    inner join metric_cuts
        on
            attributed_outcomes.metric = metric_cuts.metric
            and attributed_outcomes.metric_version = metric_cuts.metric_version

)

select * from final
