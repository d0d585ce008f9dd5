-- Grain: one row per target of the variable sla_targets and first wait that it is for.
-- Mind: a wait that is open is in time until it has lasted longer than the target by as_of: due is what was answered, or is not in time any more.

{{ config(materialized='view') }}

{%- set targets = declared_sla_targets() %}

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
        first_waits.conversation_id,
        first_waits.opening_message_id,
        first_waits.opened_at,
        first_waits.opened_date,
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
        {{ string_literal(target.name) }} as target,
        '{{ target.clock }}' as clock,
        {{ target.target_us }} as target_us,
        conversation_id,
        opened_at,
        opened_date,
        channel,
        owner_team,
        is_answered,
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

{% endfor -%}
final as (

    {% call(target, number) union_of(targets) -%}
    {%- if target -%}
    select * from asked_{{ number }}
    {%- else -%}
    select
        '' as target,
        '' as clock,
        0 as target_us,
        elapsed.conversation_id,
        elapsed.opened_at,
        elapsed.opened_date,
        elapsed.channel,
        elapsed.owner_team,
        elapsed.is_answered,
        false as is_in_time
    from elapsed
    cross join message_phrases
    where false
    {%- endif -%}
    {%- endcall %}

)

select
    target,
    clock,
    cast(target_us as bigint) as target_us,
    conversation_id,
    opened_at,
    opened_date,
    channel,
    owner_team,
    is_answered or not is_in_time as is_due,
    is_answered,
    is_in_time
from final
