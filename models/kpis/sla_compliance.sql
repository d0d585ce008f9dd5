-- Grain: one row per target of the variable sla_targets, period (grain `all` too), cut and value.
-- Mind: counted is what is due: first waits that were answered, or have waited longer than the target by as_of. An open wait that can still be
-- answered in time is `not_due`. A wait is in every target that it fits: do not add targets up.

{%- set targets = declared_sla_targets() %}
{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set cuts = ['channel', 'owner_team'] %}

with

first_waits as (

    select * from {{ ref('first_waits') }}

),

message_phrases as (

    select * from {{ ref('message_phrases') }}

),

clocks as (

    select as_of from {{ ref('clocks') }}

),

business_calendar as (

    select * from {{ ref('business_calendar') }}

),

-- business time up to as_of, or to the end of the calendar, a week after the last message
now as (

    select
        business_calendar.calendar,
        max(
            business_calendar.business_micros_before
            + case
                when business_calendar.is_open
                    then {{ epoch_micros('least(clocks.as_of, business_calendar.ends_at)') }} - {{ epoch_micros('business_calendar.starts_at') }}
                else 0
            end
        ) as business_us
    from business_calendar
    cross join clocks
    where business_calendar.starts_at <= clocks.as_of
    group by business_calendar.calendar

),

elapsed as (

    select
        first_waits.opening_message_id,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'first_waits.opened_date') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        coalesce(first_waits.channel, 'unknown') as channel,
        coalesce(first_waits.owner_team, 'unknown') as owner_team,
        first_waits.lifecycle_stage_at_start,
        first_waits.source,
        first_waits.first_response_us is not null as is_answered,
        coalesce(
            first_waits.first_response_us,
            {{ epoch_micros('clocks.as_of') }} - {{ epoch_micros('first_waits.opened_at') }}
        ) as calendar_us,
        case
            when first_waits.first_response_us is not null then first_waits.first_response_business_us
            else now.business_us - first_waits.business_us_at_opening
        end as business_us
    from first_waits
    cross join clocks
    left join now
        on first_waits.calendar = now.calendar

),

{% for target in targets -%}
asked_{{ loop.index }} as (

    select
        *,
        {{ target.clock }}_us <= {{ target.target_us }} as is_in_time
    from elapsed
    where
        {{ target.clock }}_us is not null
        {%- for filter in target.filters %}
        and {{ filter.column }} in ({{ string_list(filter['values']) }})
        {%- endfor %}
        {%- if target.topics is not none %}
        and opening_message_id in (
            select message_id from message_phrases
            where
                phrase_kind = 'topic'
                and topic in ({{ string_list(target.topics) }})
        )
        {%- endif %}

),

counted_{{ loop.index }} as (

    select
        {{ string_literal(target.name) }} as target,
        '{{ target.clock }}' as clock,
        {{ target.target_us }} as target_us,
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cut_of_grouping(cuts) | indent(8) }},
        count(*) as waits,
        count(case when is_answered or not is_in_time then 1 end) as due,
        count(case when is_answered and is_in_time then 1 end) as in_time,
        count(case when is_answered and not is_in_time then 1 end) as late,
        count(case when not is_answered and not is_in_time then 1 end) as unanswered
    from asked_{{ loop.index }}
    group by grouping sets (
        {{ grouping_of_cuts(cuts) | indent(8) }}
    )

),

{% endfor -%}
counted as (

    {% call(target, number) union_of(targets) -%}
    {%- if target -%}
    select * from counted_{{ number }}
    {%- else -%}
    select
        '' as target,
        '' as clock,
        0 as target_us,
        '' as period_grain,
        cast(null as date) as period_start,
        '' as cut_by,
        '' as cut_value,
        0 as waits,
        0 as due,
        0 as in_time,
        0 as late,
        0 as unanswered
    from elapsed
    cross join message_phrases
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        md5({{ joined_parts(['target', 'period_grain', 'cast(period_start as varchar)', 'cut_by', 'cut_value']) }}) as compliance_id,
        'first_waits_answered_in_time' as numerator_id,
        'first_waits_due' as denominator_id,
        target,
        clock,
        target_us / 60000000e0 as target_minutes,
        period_grain,
        period_start,
        cut_by,
        cut_value,
        cast(waits as bigint) as waits,
        cast(waits - due as bigint) as not_due,
        cast(due as bigint) as due,
        cast(in_time as bigint) as in_time,
        cast(late as bigint) as late,
        cast(unanswered as bigint) as unanswered,
        in_time / nullif(cast(due as double), 0) as compliance_rate,
        {{ wilson_low('in_time', 'due') | indent(8) }} as rate_low,
        {{ wilson_high('in_time', 'due') | indent(8) }} as rate_high,
        {{ is_few('due') }} as is_small,
        cut_by = 'owner_team' as uses_late_facts
    from counted
    where waits > 0

)

select * from final
