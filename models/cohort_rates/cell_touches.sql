-- Grain: one row per touch (metric version, outcome and conversation) with the cell of its conversation.
-- Mind: `outcome_number` and `deal_number` are short names of ids within one build; `occurred_date` is the period of the outcome.

with

attributed_outcomes as (

    select * from {{ ref('attributed_outcomes') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

cell_conversations as (

    select * from {{ ref('cell_conversations') }}

),

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

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
        attributed_outcomes.conversation_id,
        attributed_outcomes.outcome_id,
        cell_conversations.cell_id,
        cohort_cells.stratum_id,
        cast(numbered.outcome_number as bigint) as outcome_number,
        cast(numbered.deal_number as bigint) as deal_number,
        {{ cell_date('metric_cuts.base_grain', 'numbered.occurred_at') | indent(8) }} as occurred_date,
        attributed_outcomes.credit
    from attributed_outcomes
    inner join numbered
        on attributed_outcomes.outcome_id = numbered.outcome_id
    inner join cell_conversations
        on
            attributed_outcomes.metric = cell_conversations.metric
            and attributed_outcomes.metric_version = cell_conversations.metric_version
            and attributed_outcomes.conversation_id = cell_conversations.conversation_id
    inner join metric_cuts
        on
            attributed_outcomes.metric = metric_cuts.metric
            and attributed_outcomes.metric_version = metric_cuts.metric_version
    inner join cohort_cells
        on cell_conversations.cell_id = cohort_cells.cell_id

)

select * from final
