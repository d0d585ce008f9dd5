-- Grain: one row per outcome of deal stages that is no end, in which a deal is or was, and age of the variable `pipeline_ages`.
-- Mind: the win rate of an age is that of deals that were decided and had stayed in the stage at least as long as the age begins. Deals that are
-- given up without being called lost make every win rate too high.

{%- set settings = velocity_settings() %}
{%- set ages = pipeline_ages() %}

with

outcomes as (

    select * from {{ ref('outcomes') }}

),

clocks as (

    select as_of from {{ ref('clocks') }}

),

ages as (

    {% call(age, number) union_of(ages) -%}
    select
        {{ age.number if age else 0 }} as age_number,
        cast({{ age.from if age else 0 }} as double) as from_days,
        cast({{ 'null' if not age or age.to is none else age.to }} as double) as to_days
    {%- if not age %}
    where false
    {%- endif %}
    {%- endcall %}

),

-- a deal that was lost and won after all is won
deals as (

    select
        entity_id as deal_id,
        coalesce(
            min(case when outcome = {{ setting_revenue_outcome() }} then occurred_at end),
            min(case when outcome = {{ settings.lost }} then occurred_at end)
        ) as decided_at,
        max(case when outcome = {{ setting_revenue_outcome() }} then 1 else 0 end) as is_won,
        max(amount) as amount
    from outcomes
    where source = 'deal_stages'
    group by entity_id

),

entered as (

    select
        outcomes.entity_id as deal_id,
        outcomes.outcome as stage,
        outcomes.occurred_at as entered_at,
        deals.decided_at,
        deals.is_won,
        deals.amount,
        lead(outcomes.occurred_at) over (partition by outcomes.entity_id order by outcomes.occurred_at, outcomes.outcome) as next_at
    from outcomes
    inner join deals
        on outcomes.entity_id = deals.deal_id
    where
        outcomes.source = 'deal_stages'
        and outcomes.outcome not in ({{ setting_revenue_outcome() }}, {{ settings.lost }})
        and (deals.decided_at is null or outcomes.occurred_at <= deals.decided_at)

),

-- how long each deal stayed in each stage, or has stayed in the one it is in
stayed as (

    select
        entered.deal_id,
        entered.stage,
        entered.is_won,
        entered.amount,
        entered.decided_at is null and entered.next_at is null as is_open,
        entered.decided_at is not null as is_decided,
        {{ epoch_micros('coalesce(entered.next_at, entered.decided_at, clocks.as_of)') }} - {{ epoch_micros('entered.entered_at') }} as stay_us
    from entered
    cross join clocks

),

cells as (

    select
        stayed.stage,
        ages.age_number,
        min(ages.from_days) as from_days,
        min(ages.to_days) as to_days,
        count(case when stayed.is_decided then 1 end) as decided,
        count(case when stayed.is_decided and stayed.is_won = 1 then 1 end) as won,
        count(case when stayed.is_open and (ages.to_days is null or stayed.stay_us < ages.to_days * 86400000000) then 1 end) as open_deals,
        count(case when stayed.is_open and (ages.to_days is null or stayed.stay_us < ages.to_days * 86400000000) then stayed.amount end) as open_with_amount,
        sum(cast(
            case when stayed.is_open and (ages.to_days is null or stayed.stay_us < ages.to_days * 86400000000) then stayed.amount end as decimal(38, 12)
        )) as open_amount
    from stayed
    inner join ages
        on stayed.stay_us >= ages.from_days * 86400000000
    group by
        stayed.stage,
        ages.age_number

),

-- few deals of an age: all of the stage; few of the stage: all stages
widened as (

    select
        cells.*,
        max(case when age_number = 1 then decided end) over (partition by stage) as stage_decided,
        max(case when age_number = 1 then won end) over (partition by stage) as stage_won,
        sum(case when age_number = 1 then decided else 0 end) over () as all_decided,
        sum(case when age_number = 1 then won else 0 end) over () as all_won
    from cells

),

based as (

    select
        widened.*,
        case
            when decided >= {{ few() }} then 'stage_and_age'
            when stage_decided >= {{ few() }} then 'stage'
            when all_decided > 0 then 'all'
        end as win_rate_of,
        case
            when decided >= {{ few() }} then decided
            when stage_decided >= {{ few() }} then stage_decided
            else all_decided
        end as weight_decided,
        case
            when decided >= {{ few() }} then won
            when stage_decided >= {{ few() }} then stage_won
            else all_won
        end as weight_won
    from widened

),

rated as (

    select
        based.*,
        weight_won / nullif(cast(weight_decided as double), 0) as weight_rate,
        {{ wilson_low('weight_won', 'weight_decided') | indent(8) }} as weight_low,
        {{ wilson_high('weight_won', 'weight_decided') | indent(8) }} as weight_high
    from based

),

final as (

    select
        md5({{ joined_parts(['stage', 'cast(age_number as varchar)']) }}) as pipeline_stage_id,
        stage,
        cast(age_number as bigint) as age_number,
        from_days,
        to_days,
        cast(open_deals as bigint) as open_deals,
        cast(open_with_amount as bigint) as open_with_amount,
        {{ nine_places('cast(coalesce(open_amount, 0) as double)') }} as open_amount,
        cast(decided as bigint) as decided,
        cast(won as bigint) as won,
        won / nullif(cast(decided as double), 0) as win_rate,
        win_rate_of,
        weight_rate,
        weight_low,
        weight_high,
        {%- for side in ['rate', 'low', 'high'] %}
        {{ nine_places('cast(coalesce(open_amount, 0) as double) * weight_' ~ side) }} as weighted_{{ 'amount' if side == 'rate' else side }},
        {%- endfor %}
        {{ is_few('decided') }} as is_small
    from rated

)

select * from final
