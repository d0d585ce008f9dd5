-- Grain: one row per metric version that is counted: all of the variable `conversion_metrics` but those that are retired.
-- Mind: retired means that the day of `as_of`, and not of the wall clock, is after `retired_on`. Only what counting reads
-- stands here, so that another owner, text, date or lock builds no rate again; for the rest see metric_definitions.

{%- set metrics = conversion_metrics() %}
{%- set retiring = metrics | rejectattr('retired_on', 'none') | list %}

with

{% if retiring -%}
clocks as (

    select * from {{ ref('clocks') }}

),

{% endif -%}
versions as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ string_literal(metric.outcome) }} as outcome,
        {{ string_literal(metric.kind) }} as kind,
        {{ string_literal(metric.anchor) }} as anchor,
        {{ metric.window_seconds }} as window_seconds,
        {{ string_literal(metric.unit) }} as unit,
        {{ string_literal(metric.attribution) }} as attribution,
        {{ metric.half_life_days }} as half_life_days,
        {{ string_literal(metric.base_grain) }} as base_grain
        {%- if retiring %},
        {{ date_literal(metric.retired_on) }} as retired_on
        {%- endif %}
    {%- else -%}
    select
        {% for column in ['metric', 'outcome', 'kind', 'anchor', 'unit', 'attribution', 'base_grain'] -%}
        '' as {{ column }},
        {% endfor -%}
        1 as metric_version,
        0 as window_seconds,
        0 as half_life_days
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        versions.metric,
        cast(versions.metric_version as bigint) as metric_version,
        versions.outcome,
        versions.kind,
        versions.anchor,
        cast(versions.window_seconds as bigint) as window_seconds,
        versions.unit,
        versions.attribution,
        cast(versions.half_life_days as double) as half_life_days,
        versions.base_grain
    from versions
    {%- if retiring %}
    cross join clocks
    where not coalesce({{ local_day('clocks.as_of') }} > versions.retired_on, false)
    {%- endif %}

)

select * from final
