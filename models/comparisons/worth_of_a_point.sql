-- Grain: one row per cohort of a strict funnel all of whose steps have a rate, step from the second on, and lift of the variable `worth_lifts`.
-- Mind: it multiplies, and supposes that whoever is gained at a step goes on like those who got there before. A point is always worth most at
-- the step of the lowest rate, and a tenth the same at every step: the table says what a lift is worth, not how hard it is to get.

{%- set funnels = declared_funnels() | selectattr('is_strict') | list %}
{%- set so_far = 'partition by cohort_id, lift_unit, lift order by step_number, funnel_step_id' %}

with

funnel_rates as (

    select * from {{ ref('funnel_rates') }}

),

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

conversations as (

    select * from {{ ref('conversations') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

lifts as (

    {% call(item, number) union_of(worth_lifts()) -%}
    select
        '{{ item.unit ~ ' ' ~ item.lift if item else '' }}' as lift_key,
        '{{ item.unit if item else '' }}' as lift_unit,
        cast({{ item.lift if item else 0 }} as double) as lift
    {%- if not item %}
    where false
    {%- endif %}
    {%- endcall %}

),

-- the funnels whose steps follow each other, and the outcome that ends them, if one does
declared as (

    {% call(funnel, number) union_of(funnels) -%}
    select
        {{ string_literal(funnel.name if funnel else '') }} as funnel,
        {{ (funnel.steps | last).number if funnel else 0 }} as last_step,
        {{ string_literal((funnel.steps | last).outcome or '' if funnel else '') }} as outcome,
        '{{ funnel.unit if funnel else '' }}' as unit
    {%- if not funnel %}
    where false
    {%- endif %}
    {%- endcall %}

),

-- several conversations may lead to one deal, and one to several
ended as (

    select
        declared.funnel,
        funnel_steps.conversation_id,
        outcomes.outcome_id,
        outcomes.amount
    from declared
    inner join funnel_steps
        on
            declared.funnel = funnel_steps.funnel
            and declared.last_step = funnel_steps.step_number
    inner join conversations
        on funnel_steps.conversation_id = conversations.conversation_id
    inner join outcomes
        on
            declared.outcome = outcomes.outcome
            and funnel_steps.reached_at = outcomes.occurred_at
            and case declared.unit when 'contact' then conversations.contact_id else conversations.account_id end
            = case declared.unit when 'contact' then outcomes.contact_id else outcomes.account_id end

),

deals as (

    select
        funnel,
        outcome_id,
        max(amount) as amount
    from ended
    group by
        funnel,
        outcome_id

),

ends as (

    select
        funnel,
        count(distinct conversation_id) as conversations
    from ended
    group by funnel

),

means as (

    select
        deals.funnel,
        count(*) / cast(max(ends.conversations) as double) as deals_each,
        cast(sum(cast(deals.amount as decimal(38, 12))) as double) / nullif(count(deals.amount), 0) as amount_each
    from deals
    inner join ends
        on deals.funnel = ends.funnel
    group by deals.funnel

),

steps as (

    select
        funnel_rates.*,
        declared.last_step,
        case when funnel_rates.step_rate > 0 then ln(funnel_rates.step_rate) end as log_rate,
        case when funnel_rates.step_rate > 0 then ln(funnel_rates.step_rate / funnel_rates.step_low) end as low_distance,
        case when funnel_rates.step_rate > 0 then ln(funnel_rates.step_high / funnel_rates.step_rate) end as high_distance
    from funnel_rates
    inner join declared
        on funnel_rates.funnel = declared.funnel
    where
        funnel_rates.step_number > 1
        and funnel_rates.step_rate is not null

),

-- what the other steps make of one more at this one: their product, and its limits on the scale of logarithms
chains as (

    select
        steps.funnel_step_id,
        coalesce(exp(cast(sum(cast(others.log_rate as decimal(38, 18))) as double)), 1e0) as product,
        count(others.funnel_step_id) - count(others.log_rate) as shut_steps,
        {%- for side in ['low', 'high'] %}
        coalesce(cast(sum(cast(others.{{ side }}_distance * others.{{ side }}_distance as decimal(38, 18))) as double), 0e0) as {{ side }}_squares,
        {%- endfor %}
        count(case when not others.is_complete then 1 end) as open_steps,
        count(case when others.is_small then 1 end) as small_steps
    from steps
    left join steps as others
        on
            steps.cohort_id = others.cohort_id
            and steps.step_number <> others.step_number
    group by
        steps.funnel_step_id,
        steps.last_step
    having count(others.funnel_step_id) = steps.last_step - 2

),

lifted as (

    select
        steps.*,
        lifts.lift_key,
        lifts.lift_unit,
        lifts.lift,
        least(1e0, case lifts.lift_unit when 'points' then steps.step_rate + lifts.lift else steps.step_rate * (1 + lifts.lift) end) as lifted_rate
    from steps
    cross join lifts

),

-- nothing gets through where nobody ever went on; a part of a rate is as uncertain as the rate
valued as (

    select
        lifted.*,
        case when chains.shut_steps = 0 then chains.product else 0e0 end as rest,
        {%- for side in ['low', 'high'] %}
        case
            when chains.shut_steps > 0 or (lifted.lift_unit = 'percent' and lifted.log_rate is null) then {{ '0e0' if side == 'low' else 'null' }}
            else
                exp({{ '-' if side == 'low' else '' }}sqrt(
                    chains.{{ side }}_squares
                    + case lifted.lift_unit when 'percent' then lifted.{{ side }}_distance * lifted.{{ side }}_distance else 0e0 end
                ))
        end as {{ side }}_factor,
        {%- endfor %}
        lifted.is_complete and chains.open_steps = 0 as is_all_complete,
        lifted.is_small or chains.small_steps > 0 as is_any_small
    from lifted
    inner join chains
        on lifted.funnel_step_id = chains.funnel_step_id

),

gained as (

    select
        valued.*,
        conversations * rest * step_rate as expected_conversations,
        conversations * rest * (lifted_rate - step_rate) as more_conversations,
        lifted_rate / nullif(step_rate, 0) as multiplier
    from valued

),

-- with every step before it better as well
compounded as (

    select
        gained.*,
        sum(cast(ln(multiplier) as decimal(38, 18))) over ({{ so_far }}) as log_multiplier,
        count(*) over ({{ so_far }}) - count(multiplier) over ({{ so_far }}) as unknown_multipliers
    from gained

),

final as (

    select
        md5({{ joined_parts(['compounded.funnel_step_id', 'compounded.lift_key']) }}) as worth_id,
        compounded.cohort_id,
        compounded.funnel,
        compounded.step_number,
        compounded.step,
        compounded.cohort_grain,
        compounded.cohort_period,
        compounded.cohort_by,
        {%- for dimension in cohort_dimensions() %}
        compounded.{{ dimension }},
        {%- endfor %}
        compounded.lift_unit,
        compounded.lift,
        compounded.conversations,
        compounded.step_rate,
        compounded.lifted_rate,
        {{ nine_places('compounded.expected_conversations') }} as expected_conversations,
        {%- for suffix, factor in [('', ''), ('_low', ' * compounded.low_factor'), ('_high', ' * compounded.high_factor')] %}
        {{ nine_places('compounded.more_conversations' ~ factor) }} as more_conversations{{ suffix }},
        {{ nine_places('compounded.more_conversations' ~ factor ~ ' * means.deals_each') }} as more_deals{{ suffix }},
        {{ nine_places('compounded.more_conversations' ~ factor ~ ' * means.deals_each * means.amount_each') }} as more_amount{{ suffix }},
        {%- endfor %}
        {{ nine_places('compounded.multiplier') }} as multiplier,
        case when compounded.unknown_multipliers = 0 then {{ nine_places('exp(cast(compounded.log_multiplier as double))') }} end as compounded_multiplier,
        compounded.is_all_complete as is_complete,
        compounded.is_any_small as is_small
    from compounded
    left join means
        on compounded.funnel = means.funnel

)

select * from final
