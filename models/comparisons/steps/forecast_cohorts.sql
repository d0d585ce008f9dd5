-- Grain: one row per metric version, day from which it is foretold, and month of conversations that can still convert then; one of all such months
-- together (cohort_period null).
-- Mind: of the month that is going on only those count that were anchored before the day. `expected_more` is of those who had not converted by then.

{%- set keys = ['metric', 'metric_version', 'origin_day'] %}

with

forecast_cells as (

    select * from {{ ref('forecast_cells') }}

),

forecast_origins as (

    select * from {{ ref('forecast_origins') }}

),

forecast_hazards as (

    select * from {{ ref('forecast_hazards') }}

),

dated as (

    select
        forecast_cells.*,
        {{ period_start("'month'", 'forecast_cells.anchored_on') | indent(8) }} as cohort_period
    from forecast_cells

),

-- months of which the last day's window is not over
asked as (

    select
        forecast_origins.metric,
        forecast_origins.metric_version,
        forecast_origins.origin_day,
        dated.cohort_period,
        dated.anchor_day,
        forecast_origins.origin_day - dated.anchor_day as age_days,
        case
            when dated.anchor_day + dated.offset_days < forecast_origins.origin_day then 'before'
            when dated.anchor_day + dated.offset_days < forecast_origins.complete_day then 'after'
            else 'none'
        end as converted,
        case
            when coalesce(dated.anchor_day + dated.offset_days, forecast_origins.origin_day) < forecast_origins.origin_day then 0
            when forecast_origins.origin_day - dated.anchor_day > forecast_origins.window_days then 0
            else dated.conversations
        end as pending,
        dated.conversations,
        dated.amount
    from forecast_origins
    inner join dated
        on
            forecast_origins.metric = dated.metric
            and forecast_origins.metric_version = dated.metric_version
            and dated.anchor_day < forecast_origins.origin_day
            and {{ day_number('cast(' ~ period_end("'month'", 'dated.cohort_period') ~ ' as date)') | indent(12) }} + forecast_origins.window_days
            > forecast_origins.origin_day

),

days as (

    select
        {{ keys | join(', ') }},
        cohort_period,
        anchor_day,
        min(age_days) as age_days,
        sum(conversations) as begun,
        sum(case when converted = 'before' then conversations else 0 end) as converted,
        sum(case when converted = 'after' then conversations else 0 end) as converted_later,
        sum(pending) as pending,
        sum(cast(case when converted = 'before' then amount else 0e0 end as decimal(38, 6))) as amount,
        sum(cast(case when converted = 'after' then amount else 0e0 end as decimal(38, 6))) as amount_later
    from asked
    group by
        {{ keys | join(', ') }},
        cohort_period,
        anchor_day

),

-- what is left to each age, and how well it is known
tails as (

    select
        {{ qualified('days', keys) | join(', ') }},
        days.anchor_day,
        exp(cast(sum(cast(forecast_hazards.log_left as decimal(38, 18))) as double)) as left_share,
        cast(sum(cast(forecast_hazards.log_variance as decimal(38, 18))) as double) as log_variance
    from days
    inner join forecast_hazards
        on
            {{ equal_columns('days', 'forecast_hazards', keys) | indent(12) }}
            and forecast_hazards.offset_days >= days.age_days
    where days.pending > 0
    group by
        {{ qualified('days', keys) | join(', ') }},
        days.anchor_day

),

expected as (

    select
        days.*,
        days.pending * (1 - coalesce(tails.left_share, 1e0)) as more,
        days.pending * (1 - coalesce(tails.left_share, 1e0)) * coalesce(tails.left_share, 1e0) as chance_variance,
        days.pending * coalesce(tails.left_share, 1e0) * sqrt(coalesce(tails.log_variance, 0e0)) as learned_error
    from days
    left join tails
        on
            {{ equal_columns('days', 'tails', keys) | indent(12) }}
            and days.anchor_day = tails.anchor_day

),

final as (

    select
        {{ keys | join(', ') }},
        cohort_period,
        {%- for column in ['begun', 'converted', 'converted_later', 'pending'] %}
        cast(sum({{ column }}) as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in ['amount', 'amount_later'] %}
        cast(sum({{ column }}) as double) as {{ column }},
        {%- endfor %}
        {%- for column, name in [('more', 'expected_more'), ('chance_variance', 'chance_variance'), ('learned_error', 'learned_error')] %}
        {{ nine_places('cast(sum(cast(' ~ column ~ ' as decimal(38, 18))) as double)') }} as {{ name }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from expected
    group by grouping sets (
        ({{ keys | join(', ') }}, cohort_period),
        ({{ keys | join(', ') }})
    )

)

select * from final
where pending > 0
