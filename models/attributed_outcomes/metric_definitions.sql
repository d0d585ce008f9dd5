-- Grain: one row per metric version of the variable `conversion_metrics`, defaults filled in.
-- Mind: all are computed, drafts and deprecated ones too; who reads the rates filters by `status`.

{%- set metrics = conversion_metrics() %}

with

definitions as (

    {% for metric in metrics -%}
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
        {{ string_literal(metric.base_grain) }} as base_grain
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- else -%}
    select
        {% for column in [
            'metric', 'status', 'owner', 'description', 'change_note', 'outcome', 'kind', 'anchor', 'unit', 'attribution',
            'eligible_channels', 'excluded_dispositions', 'eligible_handled_by', 'eligible_where', 'strata', 'base_grain',
        ] -%}
        '' as {{ column }},
        {% endfor -%}
        1 as metric_version,
        0 as window_days,
        0 as window_seconds,
        0 as half_life_days,
        false as is_repeatable
    where false
    {%- endfor %}

),

final as (

    select
        metric,
        cast(metric_version as bigint) as metric_version,
        status,
        owner,
        description,
        change_note,
        outcome,
        kind,
        anchor,
        cast(window_days as double) as window_days,
        cast(window_seconds as bigint) as window_seconds,
        unit,
        attribution,
        cast(half_life_days as double) as half_life_days,
        cast(is_repeatable as boolean) as is_repeatable,
        eligible_channels,
        excluded_dispositions,
        eligible_handled_by,
        eligible_where,
        strata,
        base_grain
    from definitions

)

select * from final
