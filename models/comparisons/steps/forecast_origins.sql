-- Grain: one row per current metric version and day from which it is foretold: the day of its clock, and first days of months before it.
-- Mind: what happened on the day itself is not known at it. `learned_*` are of conversations anchored in `history_days` and a window before.

{%- set settings = forecast_settings() %}

with

forecast_cells as (

    select * from {{ ref('forecast_cells') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

known as (

    select
        metric_definitions.metric,
        metric_definitions.metric_version,
        cast(ceil(metric_definitions.window_days) as bigint) as window_days,
        {{ local_day('outcome_clocks.complete_at') }} as complete_on
    from metric_definitions
    inner join outcome_clocks
        on metric_definitions.outcome = outcome_clocks.outcome
    where
        metric_definitions.is_current
        and outcome_clocks.complete_at is not null
        {%- if settings.metrics is not none %}
        and {% if settings.metrics %}metric_definitions.metric in ({{ string_list(settings.metrics) }}){% else %}false{% endif %}
        {%- endif %}

),

days as (

    select
        known.*,
        complete_on as origin_on
    from known
    {%- for number in range(settings.backtests) %}

    union all

    select
        known.*,
        cast(cast(date_trunc('month', complete_on) as timestamp) - interval '{{ number }} months' as date) as origin_on
    from known
    where {% if number == 0 %}cast(date_trunc('month', complete_on) as date) < complete_on{% else %}true{% endif %}
    {%- endfor %}

),

origins as (

    select
        metric,
        metric_version,
        window_days,
        complete_on,
        origin_on,
        {{ day_number('complete_on') }} as complete_day,
        {{ day_number('origin_on') }} as origin_day
    from days

),

-- conversions of which the amount was known, and who was followed through the whole window
final as (

    select
        origins.metric,
        origins.metric_version,
        origins.origin_on,
        origins.origin_day,
        origins.complete_day,
        origins.window_days,
        origins.origin_day = origins.complete_day as is_current,
        cast(coalesce(sum(
            case when origins.origin_day - forecast_cells.anchor_day > origins.window_days then forecast_cells.conversations end
        ), 0) as bigint) as learned_whole,
        {%- for column in ['conversations', 'with_amount', 'amount', 'amount_squares'] %}
        coalesce(cast(sum(cast(
            case when forecast_cells.anchor_day + forecast_cells.offset_days < origins.origin_day then forecast_cells.{{ column }} end as decimal(38, 6)
        )) as double), 0e0) as learned_{{ 'converted' if column == 'conversations' else column }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from origins
    left join forecast_cells
        on
            origins.metric = forecast_cells.metric
            and origins.metric_version = forecast_cells.metric_version
            and forecast_cells.anchor_day < origins.origin_day
            and forecast_cells.anchor_day >= origins.origin_day - origins.window_days - {{ settings.history_days }}
    group by
        origins.metric,
        origins.metric_version,
        origins.origin_on,
        origins.origin_day,
        origins.complete_day,
        origins.window_days

)

select * from final
