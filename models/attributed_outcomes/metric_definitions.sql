-- Grain: one row per metric version of the variable `conversion_metrics`, defaults filled in.
-- Mind: all are counted, drafts and deprecated ones too, until they are retired; `is_current` marks the one that is the
-- metric. Today is the day of `as_of` in the zone of the rates, so that the wall clock never enters a result.

{%- set metrics = conversion_metrics() %}

with

clocks as (

    select * from {{ ref('clocks') }}

),

metric_changes as (

    select * from {{ ref('metric_changes') }}

),

definitions as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ string_literal(metric.status) }} as status,
        {{ string_literal(metric.owner) }} as owner,
        {{ string_literal(metric.description) }} as description,
        {{ string_literal(metric.change_note) }} as change_note,
        {{ string_literal(metric.outcome) }} as outcome,
        {{ string_literal(metric.kind) }} as kind,
        {{ string_literal(metric.anchor) }} as anchor,
        {{ metric.window_days }} as window_days,
        {{ metric.window_seconds }} as window_seconds,
        {{ string_literal(metric.unit) }} as unit,
        {{ string_literal(metric.attribution) }} as attribution,
        {{ metric.half_life_days }} as half_life_days,
        {{ 'true' if metric.repeat_outcomes else 'false' }} as is_repeatable,
        {{ string_literal(metric.channels | join(', ') if metric.channels is not none else none) }} as eligible_channels,
        {{ string_literal(metric.exclude_dispositions | join(', ') if metric.exclude_dispositions else none) }} as excluded_dispositions,
        {{ string_literal(metric.handled_by | join(', ') if metric.handled_by is not none else none) }} as eligible_handled_by,
        {{ string_literal(metric.where) }} as eligible_where,
        {{ string_literal(metric.strata | join(', ') if metric.strata else none) }} as strata,
        {{ string_literal(metric.base_grain) }} as base_grain,
        {{ string_literal(metric.grains | join(', ')) }} as cohort_grains,
        {% set names = namespace(sets=[]) -%}
        {%- for dimensions in metric.sets -%}
            {%- set names.sets = names.sets + [dimensions | join('+') or 'all'] -%}
        {%- endfor -%}
        {{ string_literal(names.sets | join(', ')) }} as cohort_sets,
        {{ string_literal(metric_identity(metric)) }} as definition_text,
        {{ date_literal(metric.effective_from) }} as effective_from,
        {{ date_literal(metric.retired_on) }} as retired_on,
        {{ date_literal(metric.review_by) }} as review_by
    {%- else -%}
    select
        {% for column in [
            'metric', 'status', 'owner', 'description', 'change_note', 'outcome', 'kind', 'anchor', 'unit', 'attribution',
            'eligible_channels', 'excluded_dispositions', 'eligible_handled_by', 'eligible_where', 'strata', 'base_grain',
            'cohort_grains', 'cohort_sets', 'definition_text',
        ] -%}
        '' as {{ column }},
        {% endfor -%}
        {% for column in ['effective_from', 'retired_on', 'review_by'] -%}
        {{ date_literal(none) }} as {{ column }},
        {% endfor -%}
        1 as metric_version,
        0 as window_days,
        0 as window_seconds,
        0 as half_life_days,
        false as is_repeatable
    where false
    {%- endif -%}
    {%- endcall %}

),

timed as (

    select
        definitions.*,
        md5(definitions.definition_text) as definition_digest,
        coalesce(definitions.effective_from, date '0001-01-01') as effective_order,
        {{ local_day('clocks.as_of') }} as today
    from definitions
    cross join clocks

),

-- versions of a metric in the order in which they come into force; of one day, or of none, in that of their numbers
ordered as (

    select
        *,
        min(case when status = 'active' then effective_from end) over (
            partition by metric
            order by effective_order, metric_version
            rows between 1 following and unbounded following
        ) as next_effective_from,
        status = 'active' and coalesce(effective_from <= today, effective_from is null) as is_in_force
    from timed

),

ranked as (

    select
        *,
        row_number() over (
            partition by metric
            order by case when is_in_force then 0 else 1 end, effective_order desc, metric_version desc
        ) as standing
    from ordered

),

final as (

    select
        ranked.metric,
        cast(ranked.metric_version as bigint) as metric_version,
        ranked.status,
        ranked.owner,
        ranked.description,
        ranked.change_note,
        ranked.outcome,
        ranked.kind,
        ranked.anchor,
        cast(ranked.window_days as double) as window_days,
        cast(ranked.window_seconds as bigint) as window_seconds,
        ranked.unit,
        ranked.attribution,
        cast(ranked.half_life_days as double) as half_life_days,
        cast(ranked.is_repeatable as boolean) as is_repeatable,
        ranked.eligible_channels,
        ranked.excluded_dispositions,
        ranked.eligible_handled_by,
        ranked.eligible_where,
        ranked.strata,
        ranked.base_grain,
        ranked.cohort_grains,
        ranked.cohort_sets,
        ranked.definition_text,
        ranked.definition_digest,
        case
            when metric_changes.metric is null or metric_changes.status = 'dropped' then 'unlocked'
            when metric_changes.definition_digest = ranked.definition_digest then 'locked'
            else 'changed'
        end as lock_state,
        metric_changes.locked_at,
        ranked.effective_from,
        case when ranked.status <> 'draft' then ranked.next_effective_from end as effective_until,
        ranked.retired_on,
        ranked.review_by,
        ranked.is_in_force and ranked.standing = 1 as is_current,
        coalesce(ranked.today > ranked.retired_on, false) as is_retired
    from ranked
    left join metric_changes
        on
            ranked.metric = metric_changes.metric
            and ranked.metric_version = metric_changes.metric_version
            and metric_changes.is_latest

)

select * from final
