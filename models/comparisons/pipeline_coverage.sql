-- Grain: one row per period of the seed amount_targets.
-- Mind: the whole open pipeline stands beside each period that is not over, so that the rows do not add up: one deal may be won this month
-- or next. Weighted, it says what would be won in the end, and not by when.

{%- set settings = velocity_settings() %}

with

amount_targets as (

    select * from {{ ref('amount_targets') }}

),

pipeline_stages as (

    select * from {{ ref('pipeline_stages') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

clocks as (

    select as_of from {{ ref('clocks') }}

),

-- of two amounts of one period the greater counts; a test of the seed says that there are two
typed as (

    select
        {{ as_code('period_grain') }} as period_grain,
        period_start,
        max(amount) as target_amount
    from amount_targets
    where
        {{ as_code('period_grain') }} in ({{ string_list(known_grains()) }})
        and period_start is not null
        and amount > 0
        and {{ 'true' if pipeline_ages() else 'false' }}
    group by
        {{ as_code('period_grain') }},
        period_start

),

targets as (

    select
        typed.*,
        {{ period_end('typed.period_grain', 'typed.period_start') | indent(8) }} as ends_at
    from typed

),

-- a deal is won once, on the day in the zone of the rates
won as (

    select
        outcomes.outcome_id,
        outcomes.amount,
        {{ local_time('outcomes.occurred_at') }} as won_at
    from outcomes
    where
        outcomes.source = 'deal_stages'
        and outcomes.outcome = {{ setting_revenue_outcome() }}

),

attained as (

    select
        targets.period_grain,
        targets.period_start,
        targets.target_amount,
        targets.ends_at,
        count(won.outcome_id) as won_deals,
        count(won.amount) as won_with_amount,
        coalesce(cast(sum(cast(won.amount as decimal(38, 12))) as double), 0e0) as won_amount
    from targets
    left join won
        on
            won.won_at >= cast(targets.period_start as timestamp)
            and won.won_at < targets.ends_at
    group by
        targets.period_grain,
        targets.period_start,
        targets.target_amount,
        targets.ends_at

),

pipeline as (

    select
        coalesce(sum(open_deals), 0) as open_deals,
        coalesce(sum(open_with_amount), 0) as open_with_amount,
        {%- for column in ['open_amount', 'weighted_amount', 'weighted_low', 'weighted_high'] %}
        coalesce(cast(sum(cast({{ column }} as decimal(38, 12))) as double), 0e0) as {{ column }},
        {%- endfor %}
        count(*) - count(weight_rate) as without_weight
    from pipeline_stages

),

known as (

    select
        {{ local_time('clocks.as_of') }} as as_of_local,
        {{ local_time('outcome_clocks.complete_at') }} as complete_local
    from clocks
    left join outcome_clocks
        on outcome_clocks.outcome = {{ setting_revenue_outcome() }}

),

placed as (

    select
        attained.*,
        pipeline.open_deals,
        pipeline.open_with_amount,
        pipeline.open_amount,
        {%- for column in ['weighted_amount', 'weighted_low', 'weighted_high'] %}
        case when pipeline.without_weight = 0 then pipeline.{{ column }} end as {{ column }},
        {%- endfor %}
        greatest(attained.target_amount - attained.won_amount, 0e0) as missing_amount,
        case
            when attained.ends_at <= known.as_of_local then 'over'
            when cast(attained.period_start as timestamp) > known.as_of_local then 'ahead'
            else 'running'
        end as state,
        coalesce(attained.ends_at <= known.complete_local, false) as is_complete
    from attained
    cross join pipeline
    cross join known

),

final as (

    select
        md5({{ joined_parts(['period_grain', 'cast(period_start as varchar)']) }}) as coverage_id,
        period_grain,
        period_start,
        state,
        target_amount,
        cast(won_deals as bigint) as won_deals,
        cast(won_with_amount as bigint) as won_with_amount,
        {{ nine_places('won_amount') }} as won_amount,
        won_amount / target_amount as attained_share,
        {{ nine_places('missing_amount') }} as missing_amount,
        {%- for column in ['open_deals', 'open_with_amount'] %}
        cast(case when state <> 'over' then {{ column }} end as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in ['open_amount', 'weighted_amount', 'weighted_low', 'weighted_high'] %}
        {{ nine_places("case when state <> 'over' then " ~ column ~ ' end') }} as {{ column }},
        {%- endfor %}
        case when state <> 'over' then open_amount / nullif(missing_amount, 0) end as coverage,
        {%- for column, name in [('weighted_amount', 'weighted_coverage'), ('weighted_low', 'weighted_coverage_low'), ('weighted_high', 'weighted_coverage_high')] %}
        case when state <> 'over' then {{ column }} / nullif(missing_amount, 0) end as {{ name }},
        {%- endfor %}
        case
            when missing_amount = 0 then 'reached'
            when state = 'over' and is_complete then 'missed'
            when state = 'over' then 'not_known'
            when open_amount < missing_amount then 'too_little'
            when weighted_high < missing_amount then 'unlikely'
            when weighted_low >= missing_amount then 'enough'
            else 'undecided'
        end as verdict,
        is_complete
    from placed

)

select * from final
