-- Grain: one row per fact that a rate leans on: owner, stage, disposition and reply_time.
-- Mind: coverage is over the conversations that could have the fact, and null where there are none; a fact whose
-- input is not switched on is shown and has no threshold.

with

conversations as (

    select * from {{ ref('conversations') }}

),

counted as (

    select
        count(case when first_human_at is not null then conversation_id end) as human_count,
        count(case when first_human_at is not null then owner_id end) as owner_count,
        count(*) as conversation_count,
        count(coalesce(lifecycle_stage_at_start, deal_stage_at_start)) as stage_count,
        count(case when two_way_at is not null then conversation_id end) as two_way_count,
        count(case when two_way_at is not null then disposition_code end) as disposition_count,
        count(case when wait_count > 0 then conversation_id end) as waiting_count,
        count(first_response_seconds) as answered_count
    from conversations

),

facts as (

    select
        'owner' as fact,
        owner_count as covered_count,
        human_count as conversation_count,
        0.9 as threshold
    from counted

    union all

    select
        'stage' as fact,
        stage_count as covered_count,
        conversation_count,
        {{ '0.5' if has_input('lifecycle_stages') else 'null' }} as threshold
    from counted

    union all

    select
        'disposition' as fact,
        disposition_count as covered_count,
        two_way_count as conversation_count,
        {{ '0.5' if has_input('dispositions') else 'null' }} as threshold
    from counted

    union all

    select
        'reply_time' as fact,
        answered_count as covered_count,
        waiting_count as conversation_count,
        0.5 as threshold
    from counted

),

final as (

    select
        fact,
        covered_count,
        conversation_count,
        case
            when conversation_count > 0
                then cast(covered_count as double) / cast(conversation_count as double)
        end as coverage,
        cast(threshold as double) as threshold
    from facts

)

select * from final
