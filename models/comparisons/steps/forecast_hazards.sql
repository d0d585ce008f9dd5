-- Grain: one row per metric version, day from which it is foretold, and number of days after the anchor on which anybody converted.
-- Mind: Kaplan and Meier's estimate by whole days, of what was known before the day alone. Later days in which nobody was at risk have no row, nor
-- have those without a conversion.

{%- set settings = forecast_settings() %}
{%- set cut = ['metric', 'metric_version', 'origin_day'] %}

with

forecast_cells as (

    select * from {{ ref('forecast_cells') }}

),

forecast_origins as (

    select * from {{ ref('forecast_origins') }}

),

-- converted by then, or followed as far as that
followed as (

    select
        forecast_origins.metric,
        forecast_origins.metric_version,
        forecast_origins.origin_day,
        forecast_cells.conversations,
        case when forecast_cells.anchor_day + forecast_cells.offset_days < forecast_origins.origin_day then 1 else 0 end as is_event,
        case
            when forecast_cells.anchor_day + forecast_cells.offset_days < forecast_origins.origin_day then forecast_cells.offset_days
            else least(forecast_origins.origin_day - forecast_cells.anchor_day, forecast_origins.window_days + 1)
        end as exit_days
    from forecast_origins
    inner join forecast_cells
        on
            forecast_origins.metric = forecast_cells.metric
            and forecast_origins.metric_version = forecast_cells.metric_version
            and forecast_cells.anchor_day < forecast_origins.origin_day
            and forecast_cells.anchor_day >= forecast_origins.origin_day - forecast_origins.window_days - {{ settings.history_days }}

),

exits as (

    select
        {{ cut | join(', ') }},
        exit_days,
        sum(is_event * conversations) as events,
        sum(conversations) as conversations
    from followed
    group by
        {{ cut | join(', ') }},
        exit_days

),

-- who left on the day without converting was not followed through it
risks as (

    select
        exits.*,
        sum(conversations) over (
            partition by {{ cut | join(', ') }}
            order by exit_days desc
            rows between unbounded preceding and current row
        ) - (conversations - events) as at_risk
    from exits

),

-- where all at risk convert, a millionth is left: nothing is as sure as that
final as (

    select
        {{ cut | join(', ') }},
        exit_days as offset_days,
        cast(events as bigint) as events,
        cast(at_risk as bigint) as at_risk,
        ln(greatest(1 - events / cast(at_risk as double), 1e-6)) as log_left,
        events / (cast(at_risk as double) * greatest(at_risk - events, 1)) as log_variance
    from risks
    where events > 0

)

select * from final
