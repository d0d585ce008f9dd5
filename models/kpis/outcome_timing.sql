-- Grain: one row per timing (of the variable outcome_timings, or `conversion` of a metric version) and period (grain `all` too) of its beginning.
-- Mind: rates and lengths are of what is matured, that began a whole window before its end is known, and lengths of those that got there in the
-- window: who takes longer counts as not arrived. So they are comparable from period to period, and shorter than an average of all who ever did.

{%- set timings = declared_timings() %}
{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}

with

outcomes as (

    select * from {{ ref('outcomes') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

metric_conversations as (

    select
        metric,
        metric_version,
        anchor_at,
        is_matured,
        converted_at
    from {{ ref('metric_conversations') }}
    where eligibility = 'eligible'

),

{% for timing in timings -%}
begun_{{ loop.index }} as (

    select
        outcome_id,
        {{ timing.by }} as unit_id,
        occurred_at
    from outcomes
    where outcome = {{ string_literal(timing['from']) }}

),

arrived_{{ loop.index }} as (

    select
        begun.outcome_id,
        min(arrivals.occurred_at) as arrived_at
    from begun_{{ loop.index }} as begun
    inner join outcomes as arrivals
        on
            begun.unit_id = arrivals.{{ timing.by }}
            and begun.occurred_at <= arrivals.occurred_at
    where
        arrivals.outcome = {{ string_literal(timing.to) }}
        and {{ epoch_micros('arrivals.occurred_at') }} - {{ epoch_micros('begun.occurred_at') }} < {{ timing.window_us }}
    group by begun.outcome_id

),

{% endfor -%}
timed as (

    {% for timing in timings -%}
    select
        {{ string_literal(timing.name) }} as timing,
        cast(null as varchar) as metric,
        cast(null as bigint) as metric_version,
        {{ string_literal(timing['from']) }} as from_event,
        {{ string_literal(timing.to) }} as to_event,
        begun.occurred_at as begun_at,
        coalesce(
            {{ epoch_micros('begun.occurred_at') }} + {{ timing.window_us }} <= {{ epoch_micros('outcome_clocks.complete_at') }}, false
        ) as is_matured,
        arrived.arrived_at
    from begun_{{ loop.index }} as begun
    left join arrived_{{ loop.index }} as arrived
        on begun.outcome_id = arrived.outcome_id
    left join outcome_clocks
        on outcome_clocks.outcome = {{ string_literal(timing.to) }}

    union all

    {% endfor -%}
    select
        'conversion' as timing,
        metric,
        metric_version,
        'anchor' as from_event,
        'conversion' as to_event,
        anchor_at as begun_at,
        is_matured,
        converted_at as arrived_at
    from metric_conversations

),

placed as (

    select
        timing,
        metric,
        metric_version,
        from_event,
        to_event,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", local_day('begun_at')) | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        is_matured,
        case when is_matured then {{ epoch_micros('arrived_at') }} - {{ epoch_micros('begun_at') }} end as length_us
    from timed

),

counted as (

    select
        timing,
        metric,
        metric_version,
        from_event,
        to_event,
        {{ period_of_grouping(grains) | indent(8) }},
        count(*) as begun,
        count(case when is_matured then 1 end) as matured,
        count(length_us) as arrived,
        sum(length_us) as length_us,
        percentile_cont(0.5) within group (order by length_us) as median_us,
        percentile_cont(0.9) within group (order by length_us) as p90_us
    from placed
    group by grouping sets (
        {{ grouping_of_cuts([], ['timing', 'metric', 'metric_version', 'from_event', 'to_event']) | indent(8) }}
    )

),

final as (

    select
        md5({{ joined_parts(['timing', 'metric', 'cast(metric_version as varchar)', 'period_grain', 'cast(period_start as varchar)']) }}) as timing_id,
        timing,
        metric,
        metric_version,
        case when metric is null then 'arrived_outcomes' else 'matured_converted_conversations' end as numerator_id,
        case when metric is null then 'begun_outcomes' else 'matured_conversations' end as denominator_id,
        from_event,
        to_event,
        period_grain,
        period_start,
        cast(begun as bigint) as begun,
        cast(matured as bigint) as matured,
        cast(arrived as bigint) as arrived,
        arrived / nullif(cast(matured as double), 0) as arrival_rate,
        {{ wilson_low('arrived', 'matured') | indent(8) }} as rate_low,
        {{ wilson_high('arrived', 'matured') | indent(8) }} as rate_high,
        {{ mean_seconds('length_us', 'arrived') | indent(8) }} as mean_seconds,
        median_us / 1000000e0 as median_seconds,
        p90_us / 1000000e0 as p90_seconds,
        matured = begun and period_grain <> 'all' as is_whole,
        {{ is_few('arrived') }} as is_small
    from counted

)

select * from final
