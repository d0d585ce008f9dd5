-- Grain: one row per metric version: how finely its periods must be told apart, and up to when its outcome is known.
-- Mind: `is_kept_open` marks the metrics of which a conversation still open can yet become the kind in a period long past.

with

metric_versions as (

    select * from {{ ref('metric_versions') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

final as (

    select
        metric_versions.metric,
        metric_versions.metric_version,
        metric_versions.base_grain,
        metric_versions.window_seconds * 1000000 as window_us,
        outcome_clocks.complete_at,
        metric_versions.anchor = 'start' and metric_versions.kind <> 'attempt' as is_kept_open
    from metric_versions
    left join outcome_clocks
        on metric_versions.outcome = outcome_clocks.outcome

)

select * from final
