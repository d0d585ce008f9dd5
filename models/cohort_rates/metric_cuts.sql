-- Grain: one row per metric version: how finely its conversations must be told apart, and up to when they are known.
-- Mind: a dimension is flagged when any set of the metric reads it.

with

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

flags as (

    select
        metric,
        metric_version
        {%- for dimension in cohort_dimensions() %},
        max(case when has_{{ dimension }} then 1 else 0 end) = 1 as has_{{ dimension }}
        {%- endfor %}
    from cohort_sets
    group by
        metric,
        metric_version

),

final as (

    select
        flags.metric,
        flags.metric_version,
        metric_definitions.base_grain,
        metric_definitions.window_seconds * 1000000 as window_us,
        outcome_clocks.complete_at,
        metric_definitions.anchor = 'start' and metric_definitions.kind <> 'attempt' as is_kept_open
        {%- for dimension in cohort_dimensions() %},
        flags.has_{{ dimension }}
        {%- endfor %}
    from flags
    inner join metric_definitions
        on
            flags.metric = metric_definitions.metric
            and flags.metric_version = metric_definitions.metric_version
    left join outcome_clocks
        on metric_definitions.outcome = outcome_clocks.outcome

)

select * from final
