-- Grain: one row per outcome that a stage is mapped to.
-- Mind: `complete_at` is null when messages, or a source of the outcome, have no row; then nothing is matured.

with

outcome_stages as (

    select * from {{ ref('map_outcome_stages') }}

),

input_clocks as (

    select * from {{ ref('input_clocks') }}

),

mapped as (

    select distinct
        outcome,
        source
    from outcome_stages

),

reported as (

    select
        mapped.outcome,
        mapped.source,
        source_clocks.latest_at as source_at,
        message_clocks.latest_at as messages_at
    from mapped
    left join input_clocks as source_clocks
        on mapped.source = source_clocks.input
    left join input_clocks as message_clocks
        on message_clocks.input = 'messages'

),

-- a second source is an error elsewhere; here it only must not double the row
final as (

    select
        outcome,
        min(source) as source,
        case
            when count(source_at) = count(*) and count(messages_at) = count(*)
                then least(min(source_at), min(messages_at))
        end as complete_at
    from reported
    group by outcome

)

select * from final
