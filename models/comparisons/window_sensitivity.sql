-- Grain: one row per metric version and window of the variable `sensitivity_windows`.
-- Mind: all windows are read over the same conversations, those matured for the longest, so that the rates can only rise. They
-- are older conversations than those of the metric's own rate, and eligible by its rules whatever the window.

{%- set windows = sensitivity_windows() %}

with

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

timed as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        {{ epoch_micros('metric_conversations.next_outcome_at') }} - {{ epoch_micros('metric_conversations.anchor_at') }} as wait_us
    from metric_conversations
    inner join metric_cuts
        on
            metric_conversations.metric = metric_cuts.metric
            and metric_conversations.metric_version = metric_cuts.metric_version
    where
        metric_conversations.eligibility = 'eligible'
        and {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros('metric_conversations.anchor_at') }}
        >= {{ (windows[-1] * 86400000000) | round | int }}

),

counted as (

    select
        metric,
        metric_version,
        count(*) as matured,
        {%- for days in windows %}
        sum(case when wait_us < {{ (days * 86400000000) | round | int }} then 1 else 0 end) as converted_{{ loop.index }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from timed
    group by
        metric,
        metric_version

),

windows as (

    {% call(days, number) union_of(windows) -%}
    select
        metric_cuts.metric,
        metric_cuts.metric_version,
        {{ days }} as window_days,
        metric_cuts.window_us,
        counted.matured,
        counted.converted_{{ number }} as converted,
        {{ 'counted.converted_' ~ (number - 1) if (number - 1) else '0' }} as converted_before,
        counted.converted_{{ windows | length }} as converted_at_longest
    from metric_cuts
    left join counted
        on
            metric_cuts.metric = counted.metric
            and metric_cuts.metric_version = counted.metric_version
    {%- endcall %}

),

filled as (

    select
        metric,
        metric_version,
        cast(window_days as double) as window_days,
        window_us,
        cast(coalesce(matured, 0) as bigint) as matured,
        cast(coalesce(converted, 0) as bigint) as converted,
        cast(coalesce(converted - converted_before, 0) as bigint) as added_converted,
        cast(coalesce(converted_at_longest, 0) as bigint) as converted_at_longest
    from windows

),

final as (

    select
        metric,
        metric_version,
        window_days,
        window_us / 86400e6 as metric_window_days,
        window_days = window_us / 86400e6 as is_own_window,
        matured,
        converted,
        added_converted,
        case when matured > 0 then converted / cast(matured as double) end as conversion_rate,
        {{ wilson_low('converted', 'matured') | indent(8) }} as rate_low,
        {{ wilson_high('converted', 'matured') | indent(8) }} as rate_high,
        case when converted_at_longest > 0 then converted / cast(converted_at_longest as double) end as share_of_longest,
        {{ is_few('matured') }} as is_small
    from filled

)

select * from final
