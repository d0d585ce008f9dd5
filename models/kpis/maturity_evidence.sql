-- Grain: one row per thing that maturity is judged by.
-- Mind: `is_met` is null for what no query over tables can tell (whether assertions ran, and restatements are kept) and where there is nothing to judge
-- by: no code that could be mapped, no wait that could be seen to end.

with

definitions as (

    select * from {{ ref('metric_definitions') }}

),

clocks as (

    select * from {{ ref('clocks') }}

),

coverage as (

    select
        fact,
        coverage,
        threshold
    from {{ ref('instrumentation_coverage') }}

),

in_force as (

    select
        definitions.metric,
        definitions.metric_version,
        definitions.lock_state,
        definitions.strata,
        case when definitions.review_by >= cast(clocks.as_of as date) then 1 end as is_review_to_come,
        outcomes.outcome_count,
        matured.matured_count,
        windows.window_count
    from definitions
    cross join clocks
    left join (
        select
            outcome,
            count(*) as outcome_count
        from {{ ref('outcomes') }}
        group by outcome
    ) as outcomes
        on definitions.outcome = outcomes.outcome
    left join (
        select
            metric,
            metric_version,
            sum(matured) as matured_count
        from {{ ref('drop_off_cells') }}
        group by
            metric,
            metric_version
    ) as matured
        on
            definitions.metric = matured.metric
            and definitions.metric_version = matured.metric_version
    left join (
        select
            metric,
            metric_version,
            sum(case when matured > 0 then 1 else 0 end) as window_count
        from {{ ref('window_sensitivity') }}
        group by
            metric,
            metric_version
    ) as windows
        on
            definitions.metric = windows.metric
            and definitions.metric_version = windows.metric_version
    where definitions.is_current

),

of_definitions as (

    select
        count(*) as all_count,
        count(case when owner <> '' and description <> '' and change_note <> '' then metric end) as explained_count,
        count(case when lock_state = 'changed' then metric end) as changed_count
    from definitions

),

of_metrics as (

    select
        count(*) as all_count,
        count(case when lock_state = 'locked' then metric end) as locked_count,
        count(is_review_to_come) as reviewed_count,
        count(case when outcome_count > 0 then metric end) as outcome_count,
        count(case when matured_count > 0 then metric end) as matured_count,
        count(case when window_count > 0 then metric end) as window_count,
        count(strata) as strata_count
    from in_force

),

of_reasons as (

    select
        coalesce(sum(unconverted), 0) as all_count,
        coalesce(sum(case when reason <> 'unexplained' then unconverted end), 0) as explained_count
    from {{ ref('drop_off_reasons') }}
    where
        cut_by = 'all'
        and period_grain = 'all'

),

of_codes as (

    select
        count(*) as all_count,
        count(categories.code) as mapped_count
    from (
        select distinct code
        from {{ ref('stg_dispositions') }}
    ) as codes
    left join {{ ref('map_disposition_categories') }} as categories
        on codes.code = categories.code

),

of_reviews as (

    select coalesce(max(reviewed), 0) as reviewed_count
    from {{ ref('disposition_audit') }}
    where category = 'all'

),

of_targets as (

    select count(*) as target_count
    from (
        select period_start from {{ ref('targets') }}
        union all
        select period_start from {{ ref('amount_targets') }}
    ) as targets

),

of_forecasts as (

    select
        count(*) as all_count,
        count(case when coverage_95 >= 0.8e0 then metric end) as held_count
    from (
        select
            metric,
            max(coverage_95) as coverage_95
        from {{ ref('won_forecast') }}
        where backtests > 0
        group by metric
    ) as tried

),

of_events as (

    select count(*) as event_count
    from (
        select event_id from {{ ref('events') }}
        union all
        select change_id as event_id from {{ ref('stg_operational_changes') }}
    ) as events

),

{%- set has_funnels = declared_funnels() | length > 0 %}
{%- set has_target_plan = (var('capacity_targets', none) or []) | length > 0 %}

-- each check as found of so many, met when nothing is missing or, where it says so, when a threshold is reached
found as (

    select
        'metrics_defined' as check_id,
        all_count as found_count,
        cast(null as bigint) as of_count,
        all_count > 0 as is_met
    from of_definitions

    union all

    select
        'definitions_explained' as check_id,
        explained_count as found_count,
        all_count as of_count,
        all_count > 0 and explained_count = all_count as is_met
    from of_definitions

    union all

    select
        'definitions_unchanged' as check_id,
        all_count - changed_count as found_count,
        all_count as of_count,
        all_count > 0 and changed_count = 0 as is_met
    from of_definitions

    {%- for check, counted in [
        ('definitions_locked', 'locked_count'),
        ('definitions_reviewed', 'reviewed_count'),
        ('outcomes_seen', 'outcome_count'),
        ('conversations_matured', 'matured_count'),
        ('windows_compared', 'window_count'),
        ('strata_declared', 'strata_count'),
    ] %}

    union all

    select
        '{{ check }}' as check_id,
        {{ counted }} as found_count,
        all_count as of_count,
        all_count > 0 and {{ counted }} = all_count as is_met
    from of_metrics
    {%- endfor %}

    union all

    select
        fact || '_covered' as check_id,
        cast(floor(coverage * 100) as bigint) as found_count,
        100 as of_count,
        case when threshold is null then false else coverage >= threshold end as is_met
    from coverage

    union all

    select
        'drop_off_explained' as check_id,
        explained_count as found_count,
        all_count as of_count,
        all_count > 0 and 2 * explained_count >= all_count as is_met
    from of_reasons

    union all

    select
        'codes_mapped' as check_id,
        mapped_count as found_count,
        all_count as of_count,
        case when all_count > 0 then mapped_count = all_count end as is_met
    from of_codes

    union all

    select
        'dispositions_audited' as check_id,
        of_reviews.reviewed_count as found_count,
        {{ few() }} as of_count,
        case when of_codes.all_count > 0 then of_reviews.reviewed_count >= {{ few() }} end as is_met
    from of_reviews
    cross join of_codes

    union all

    select
        'targets_set' as check_id,
        target_count as found_count,
        cast(null as bigint) as of_count,
        target_count > 0{{ ' or true' if has_target_plan }} as is_met
    from of_targets

    union all

    select
        'forecast_tried' as check_id,
        held_count as found_count,
        all_count as of_count,
        case when all_count > 0 then held_count = all_count end as is_met
    from of_forecasts

    union all

    select
        'events_recorded' as check_id,
        event_count as found_count,
        cast(null as bigint) as of_count,
        event_count > 0 as is_met
    from of_events

    {%- for check, is_met in [
        ('reps_known', 'true' if has_input('reps') else 'false'),
        ('funnel_declared', 'true' if has_funnels else 'false'),
        ('response_target_set', 'true' if var('sla_targets', none) or var('slow_follow_up_minutes', none) is not none else 'false'),
        ('assertions_run', 'cast(null as boolean)'),
        ('restatements_recorded', 'cast(null as boolean)'),
    ] %}

    union all

    select
        '{{ check }}' as check_id,
        cast(null as bigint) as found_count,
        cast(null as bigint) as of_count,
        {{ is_met }} as is_met
    {%- endfor %}

),

checks as (

    {% call(check, number) union_of(maturity_checks()) -%}
    select
        {{ number }} as check_number,
        '{{ check.id }}' as check_id,
        '{{ check.dimension }}' as dimension,
        {{ check.stage }} as needed_for_stage,
        {{ string_literal(check.next_step) }} as next_step
    {%- endcall %}

),

final as (

    select
        checks.check_id,
        checks.dimension,
        cast(checks.check_number as bigint) as check_number,
        cast(checks.needed_for_stage as bigint) as needed_for_stage,
        case when found.is_met then 'met' when not found.is_met then 'missing' else 'unknown' end as verdict,
        found.is_met,
        cast(found.found_count as bigint) as found_count,
        cast(found.of_count as bigint) as of_count,
        checks.next_step
    from checks
    inner join found
        on checks.check_id = found.check_id

)

select * from final
