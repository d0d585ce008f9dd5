-- Each matured conversation of a metric version is led by exactly one agent, or by nobody: over agents they sum to all of them.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
with counted as (
    select
        metric,
        metric_version,
        sum(1) as matured,
        sum(case when is_converted then 1 else 0 end) as wins
    from {{ ref('matured_conversations') }}
    group by
        metric,
        metric_version
),

led as (
    select
        metric,
        metric_version,
        period_grain,
        sum(matured) as matured,
        sum(wins) as wins
    from {{ ref('agent_performance') }}
    group by
        metric,
        metric_version,
        period_grain
)

select
    counted.metric,
    counted.metric_version,
    led.period_grain,
    counted.matured,
    counted.wins,
    led.matured as led_matured,
    led.wins as led_wins
from counted
left join led
    on
        counted.metric = led.metric
        and counted.metric_version = led.metric_version
where
    led.matured is distinct from counted.matured
    or led.wins is distinct from counted.wins
