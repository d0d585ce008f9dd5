-- Grain: one row per funnel, cohort of conversations by when they began it, and step.
-- Mind: each step is counted over `matured`, the conversations of the cohort that began long enough ago to have reached it: all of
-- them have had the same time. `matured` shrinks from step to step while a cohort is open.

{%- set funnels = declared_funnels() %}
{%- set waits = ['median_us', 'p90_us', 'median_from_start_us', 'p90_from_start_us'] %}

with

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

conversations as (

    select * from {{ ref('conversations') }}

),

{% for funnel in funnels -%}
{%- set number = loop.index -%}
clocks_{{ number }} as (

    select
        {%- for step in funnel.steps %}
        max(case when step_number = {{ step.number }} then {{ epoch_micros('known_at') }} - horizon_us end) as last_us_{{ step.number }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from funnel_definitions
    where funnel = {{ string_literal(funnel.name) }}

),

placed_{{ number }} as (

    select
        funnel_steps.step_number,
        {%- for grain in funnel.grains if grain != 'all' %}
        {{ period_start("'" ~ grain ~ "'", 'cast(' ~ local_time('funnel_steps.began_at') ~ ' as date)') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        {%- for dimension in funnel.dimensions %}
        {% if dimension == 'handled_by' -%}
        {{ handled_by_at('conversations.first_human_at', 'conversations.first_bot_at') | indent(8) }} as handled_by,
        {%- else -%}
        {{ cohort_dimension(dimension, 'conversations') | indent(8) }} as {{ dimension }},
        {%- endif %}
        {%- endfor %}
        funnel_steps.has_previous,
        {{ epoch_micros('funnel_steps.reached_at') }} - {{ epoch_micros('funnel_steps.began_at') }} as from_start_us,
        {{ epoch_micros('funnel_steps.reached_at') }} - {{ epoch_micros('funnel_steps.previous_at') }} as from_previous_us,
        {%- for step in funnel.steps %}
        case when {{ epoch_micros('funnel_steps.began_at') }} <= clocks_{{ number }}.last_us_{{ step.number }} then 1 end as is_matured_{{ step.number }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from funnel_steps
    inner join conversations
        on funnel_steps.conversation_id = conversations.conversation_id
    cross join clocks_{{ number }}
    where funnel_steps.funnel = {{ string_literal(funnel.name) }}

),

timed_{{ number }} as (

    select
        *,
        case step_number
            {%- for step in funnel.steps %}
            when {{ step.number }} then is_matured_{{ step.number }}
            {%- endfor %}
        end as is_matured,
        case step_number
            {%- for step in funnel.steps[1:] %}
            when {{ step.number - 1 }} then is_matured_{{ step.number }}
            {%- endfor %}
        end as is_matured_for_next
    from placed_{{ number }}

),

counts_{{ number }} as (

    select
        {{ string_literal(funnel.name) }} as funnel,
        step_number,
        case
            when false then 'all'
            {%- for grain in funnel.grains if grain != 'all' %}
            when {{ grain }}_start is not null then '{{ grain }}'
            {%- endfor %}
            else 'all'
        end as cohort_grain,
        coalesce(
            {%- for grain in funnel.grains if grain != 'all' %}
            {{ grain }}_start,
            {%- endfor %}
            cast(null as date)
        ) as cohort_period,
        {{ cohort_by(funnel.dimensions) | indent(8) }} as cohort_by,
        {{ dimension_columns(funnel.dimensions) }},
        count(*) as conversations,
        {%- for step in funnel.steps %}
        count(is_matured_{{ step.number }}) as matured_{{ step.number }},
        {%- endfor %}
        count(is_matured) as reached,
        count(case when has_previous then is_matured end) as advanced,
        count(is_matured_for_next) as entered_next,
        percentile_cont(0.5) within group (order by case when is_matured = 1 then from_previous_us end) as median_us,
        percentile_cont(0.9) within group (order by case when is_matured = 1 then from_previous_us end) as p90_us,
        percentile_cont(0.5) within group (order by case when is_matured = 1 then from_start_us end) as median_from_start_us,
        percentile_cont(0.9) within group (order by case when is_matured = 1 then from_start_us end) as p90_from_start_us
    from timed_{{ number }}
    group by grouping sets (
        {%- for names in funnel.sets %}
        {%- set last_set = loop.last -%}
        {%- for grain in funnel.grains %}
        ({{ (['step_number'] + ([] if grain == 'all' else [grain ~ '_start']) + names) | join(', ') }}){% if not (last_set and loop.last) %},{% endif %}
        {%- endfor %}
        {%- endfor %}
    )

),

named_{{ number }} as (

    select
        *,
        md5({{ joined_parts(['funnel', 'cohort_grain', 'cast(cohort_period as varchar)', 'cohort_by'] + cohort_dimensions()) | indent(8) }}) as cohort_id
    from counts_{{ number }}

),

cohorts_{{ number }} as (

    select
        funnel_definitions.step,
        funnel_definitions.step_number as number,
        begun.*,
        case funnel_definitions.step_number
            {%- for step in funnel.steps %}
            when {{ step.number }} then begun.matured_{{ step.number }}
            {%- endfor %}
        end as matured
    from named_{{ number }} as begun
    inner join funnel_definitions
        on begun.funnel = funnel_definitions.funnel
    where begun.step_number = 1

),

steps_{{ number }} as (

    select
        cohorts.cohort_id,
        cohorts.funnel,
        cohorts.number as step_number,
        cohorts.step,
        cohorts.cohort_grain,
        cohorts.cohort_period,
        cohorts.cohort_by,
        {%- for dimension in cohort_dimensions() %}
        cohorts.{{ dimension }},
        {%- endfor %}
        cohorts.conversations,
        cohorts.matured,
        case when cohorts.number = 1 then cohorts.matured else coalesce(before.entered_next, 0) end as entered,
        coalesce(own.advanced, 0) as advanced,
        coalesce(own.reached, 0) as reached,
        {%- for wait in waits %}
        own.{{ wait }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from cohorts_{{ number }} as cohorts
    left join named_{{ number }} as own
        on
            cohorts.cohort_id = own.cohort_id
            and cohorts.number = own.step_number
    left join named_{{ number }} as before
        on
            cohorts.cohort_id = before.cohort_id
            and cohorts.number - 1 = before.step_number

),

{% endfor -%}
steps as (

    {% call(funnel, number) union_of(funnels) -%}
    {%- if funnel -%}
    select * from steps_{{ number }}
    {%- else -%}
    select
        funnel_steps.conversation_id as cohort_id,
        funnel_steps.funnel,
        funnel_steps.step_number,
        '' as step,
        '' as cohort_grain,
        cast(null as date) as cohort_period,
        '' as cohort_by,
        {{ dimension_columns([]) }},
        {%- for measure in ['conversations', 'matured', 'entered', 'advanced', 'reached'] + waits %}
        0 as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from funnel_steps
    cross join conversations
    cross join funnel_definitions
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        md5(cohort_id || ' ' || cast(step_number as varchar)) as funnel_step_id,
        cohort_id,
        funnel,
        cast(step_number as bigint) as step_number,
        step,
        cohort_grain,
        cohort_period,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        {%- for measure in ['conversations', 'matured', 'entered', 'advanced', 'reached'] %}
        cast({{ measure }} as bigint) as {{ measure }},
        {%- endfor %}
        {%- for wait in waits %}
        {{ wait }} / 1000000e0 as {{ wait | replace('_us', '_seconds') }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from steps

)

select * from final
