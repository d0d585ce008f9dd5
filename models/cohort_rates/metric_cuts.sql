-- Grain: one row per metric version: how finely its periods must be told apart, and up to when its outcome is known.
-- Mind: `is_kept_open` marks the metrics of which a conversation still open can yet become the kind in a period long past.

with

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

final as (

    select
        metric_definitions.metric,
        metric_definitions.metric_version,
        metric_definitions.base_grain,
        metric_definitions.window_seconds * 1000000 as window_us,
        outcome_clocks.complete_at,
        metric_definitions.anchor = 'start' and metric_definitions.kind <> 'attempt' as is_kept_open
    from metric_definitions
    left join outcome_clocks
        on metric_definitions.outcome = outcome_clocks.outcome

)

select * from final
