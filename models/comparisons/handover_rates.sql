-- Grain: one row per period (grain `all` too) in which a strict funnel began, step from the first that a deal enters, team that led the
-- conversation and team that owns the deal.
-- Mind: at the step that hands over, `entered` is all that the handing team brought there, and the rows of its taking teams add up; at later
-- steps it is what the two teams share. Who owns the deal is as of today, their team that of the moment of the handover.

{%- set funnels = handover_funnels() %}
{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set cell = ['funnel', 'step_number', 'step', 'is_handover', 'handing_team', 'taking_team'] %}
{%- set alpha = '1 - ' ~ setting_confidence() %}

with

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

outcome_stages as (

    select * from {{ ref('map_outcome_stages') }}

),

conversations as (

    select * from {{ ref('conversations') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

deals as (

    select * from {{ ref('stg_deals') }}

),

rep_periods as (

    select * from {{ ref('rep_periods') }}

),

declared as (

    {% call(funnel, number) union_of(funnels) -%}
    select
        {{ string_literal(funnel.name if funnel else '') }} as funnel,
        '{{ funnel.unit if funnel else '' }}' as unit
    {%- if not funnel %}
    where false
    {%- endif %}
    {%- endcall %}

),

-- the first step that a deal enters
handovers as (

    select
        funnel_definitions.funnel,
        min(declared.unit) as unit,
        min(funnel_definitions.step_number) as step_number
    from funnel_definitions
    inner join declared
        on funnel_definitions.funnel = declared.funnel
    where
        funnel_definitions.step_number > 1
        and funnel_definitions.outcome in (
            select outcome_stages.outcome
            from outcome_stages
            where outcome_stages.source = 'deal_stages'
        )
    group by funnel_definitions.funnel

),

-- of several deals that got there at one instant the one of the least id
handed as (

    select
        funnel_steps.funnel,
        funnel_steps.conversation_id,
        funnel_steps.reached_at,
        min(outcomes.deal_id) as deal_id
    from funnel_steps
    inner join handovers
        on
            funnel_steps.funnel = handovers.funnel
            and funnel_steps.step_number = handovers.step_number
    inner join funnel_definitions
        on
            funnel_steps.funnel = funnel_definitions.funnel
            and funnel_steps.step_number = funnel_definitions.step_number
    inner join conversations
        on funnel_steps.conversation_id = conversations.conversation_id
    inner join outcomes
        on
            funnel_definitions.outcome = outcomes.outcome
            and funnel_steps.reached_at = outcomes.occurred_at
            and case handovers.unit when 'contact' then conversations.contact_id else conversations.account_id end
            = case handovers.unit when 'contact' then outcomes.contact_id else outcomes.account_id end
    group by
        funnel_steps.funnel,
        funnel_steps.conversation_id,
        funnel_steps.reached_at

),

taken as (

    select
        handed.funnel,
        handed.conversation_id,
        coalesce(rep_periods.team, 'unknown') as taking_team
    from handed
    left join deals
        on handed.deal_id = deals.deal_id
    left join rep_periods
        on
            deals.owner_id = rep_periods.rep_id
            and handed.reached_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or handed.reached_at < rep_periods.ends_at)

),

-- who got to the step before, with what became of them at this one
trials as (

    select
        before.funnel,
        funnel_definitions.step_number,
        funnel_definitions.step,
        funnel_definitions.step_number = handovers.step_number as is_handover,
        coalesce(conversations.owner_team, 'unknown') as handing_team,
        taken.taking_team,
        {{ local_day('before.began_at') }} as began_on,
        case
            when {{ epoch_micros('before.began_at') }} <= {{ epoch_micros('funnel_definitions.known_at') }} - funnel_definitions.horizon_us then 1
            else 0
        end as is_matured,
        case when own.conversation_id is not null then 1 else 0 end as hit,
        {{ epoch_micros('own.reached_at') }} - {{ epoch_micros('own.previous_at') }} as wait_us
    from funnel_steps as before
    inner join handovers
        on before.funnel = handovers.funnel
    inner join funnel_definitions
        on
            before.funnel = funnel_definitions.funnel
            and before.step_number + 1 = funnel_definitions.step_number
            and handovers.step_number <= funnel_definitions.step_number
    inner join conversations
        on before.conversation_id = conversations.conversation_id
    left join funnel_steps as own
        on
            before.funnel = own.funnel
            and before.conversation_id = own.conversation_id
            and before.step_number + 1 = own.step_number
    left join taken
        on
            before.funnel = taken.funnel
            and before.conversation_id = taken.conversation_id

),

placed as (

    select
        trials.*,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'began_on') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        case when is_matured = 1 and hit = 1 then wait_us end as matured_wait_us
    from trials

),

counted as (

    select
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cell | join(', ') }},
        sum(is_matured) as matured,
        sum(1 - is_matured) as pending,
        sum(is_matured * hit) as advanced,
        percentile_cont(0.5) within group (order by matured_wait_us) as median_us
    from placed
    group by grouping sets (
        {%- for grain in kpi_grains() %}
        ({{ (([] if grain == 'all' else [grain ~ '_start']) + cell) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

-- all that a team brought to the handover, whoever took it or nobody
shared as (

    select
        counted.*,
        {%- for measure in ['matured', 'pending'] %}
        case
            when is_handover then sum({{ measure }}) over (partition by period_grain, period_start, funnel, step_number, handing_team)
            else {{ measure }}
        end as {{ 'entered' if measure == 'matured' else 'waiting' }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from counted

),

-- beside each later step of two teams, that of all others
beside as (

    select
        shared.*,
        md5({{ joined_parts(['funnel', 'period_grain', 'cast(period_start as varchar)', 'cast(step_number as varchar)', 'handing_team', 'taking_team']) }}) as handover_id,
        {%- for measure in ['entered', 'advanced'] %}
        case
            when not is_handover
                then sum({{ measure }}) over (partition by period_grain, period_start, funnel, step_number) - {{ measure }}
        end as rest_{{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from shared
    where taking_team is not null

),

rated as (

    select
        beside.*,
        {%- for side in ['', 'rest_'] %}
        {{ side }}advanced / nullif(cast({{ side }}entered as double), 0) as {{ side }}rate,
        {{ wilson_low(side ~ 'advanced', side ~ 'entered') | indent(8) }} as {{ side }}low,
        {{ wilson_high(side ~ 'advanced', side ~ 'entered') | indent(8) }} as {{ side }}high,
        {%- endfor %}
        {{ two_proportion_z('advanced', 'entered', 'rest_advanced', 'rest_entered') | indent(8) }} as z
    from beside

),

tested as (

    select
        rated.*,
        case when entered >= {{ few() }} and rest_entered >= {{ few() }} then {{ two_sided_p('z') }} end as p
    from rated

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p', ['period_grain', 'period_start', 'funnel', 'step_number'], 'handover_id') | indent(4) | trim }}

),

final as (

    select
        adjusted.handover_id,
        adjusted.funnel,
        adjusted.period_grain,
        adjusted.period_start,
        cast(adjusted.step_number as bigint) as step_number,
        adjusted.step,
        adjusted.is_handover,
        adjusted.handing_team,
        adjusted.taking_team,
        adjusted.handing_team = adjusted.taking_team and adjusted.handing_team <> 'unknown' as is_one_team,
        cast(adjusted.entered as bigint) as entered,
        cast(adjusted.advanced as bigint) as advanced,
        adjusted.rate as step_rate,
        adjusted.low as step_low,
        adjusted.high as step_high,
        adjusted.rest_rate,
        adjusted.rate - adjusted.rest_rate as rate_difference,
        {%- for side in ['low', 'high'] %}
        {{ newcombe_limit('adjusted.rate', 'adjusted.low', 'adjusted.high', 'adjusted.rest_rate', 'adjusted.rest_low', 'adjusted.rest_high', side) | indent(8) }} as difference_{{ side }},
        {%- endfor %}
        adjusted.adjusted_p,
        case
            when adjusted.is_handover then null
            when adjusted.adjusted_p is null then 'too_few'
            when adjusted.adjusted_p >= {{ alpha }} then 'undecided'
            when adjusted.z > 0 then 'better'
            else 'worse'
        end as verdict,
        adjusted.median_us / 1000000e0 as median_seconds,
        coalesce(
            adjusted.waiting = 0
            and {{ period_end('adjusted.period_grain', 'adjusted.period_start') | indent(12) }}
            <= {{ local_time('funnel_definitions.known_at') }},
            false
        ) as is_complete,
        {{ is_few('adjusted.entered') }} as is_small
    from adjusted
    inner join funnel_definitions
        on
            adjusted.funnel = funnel_definitions.funnel
            and adjusted.step_number = funnel_definitions.step_number
    where adjusted.entered > 0

)

select * from final
