-- Grain: one row per period (grain `all` too), topic (null for all waits), weekday and hour in which a wait was opened, in the zone of the rates.
-- Mind: counted are all waits, not only first ones. Topics overlap: a wait whose opening message names two is in the rows of both. Small
-- cells are marked, and a place far up the list may be chance.

{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}

with

waits as (

    select
        opening_message_id,
        {{ local_time('opened_at') }} as opened_local,
        wait_micros,
        business_micros
    from {{ ref('waits') }}

),

message_phrases as (

    select
        message_id,
        topic
    from {{ ref('message_phrases') }}
    where
        phrase_kind = 'topic'
        and is_from_contact

),

placed as (

    select
        opening_message_id,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'cast(opened_local as date)') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        {{ weekday_of('opened_local') }} as weekday,
        cast(extract(hour from opened_local) as bigint) as hour,
        wait_micros,
        business_micros
    from waits

),

seen as (

    select
        placed.*,
        cast(null as varchar) as topic
    from placed

    union all

    select
        placed.*,
        coalesce(message_phrases.topic, 'unknown') as topic
    from placed
    left join message_phrases
        on placed.opening_message_id = message_phrases.message_id

),

counted as (

    select
        {{ period_of_grouping(grains) | indent(8) }},
        topic,
        weekday,
        hour,
        count(*) as waits,
        count(wait_micros) as answered,
        sum(wait_micros) as wait_micros,
        count(business_micros) as business_count,
        sum(business_micros) as business_micros,
        percentile_cont(0.5) within group (order by wait_micros) as median_micros,
        percentile_cont(0.9) within group (order by wait_micros) as p90_micros
    from seen
    group by grouping sets (
        {%- for grain in kpi_grains() %}
        ({{ (([] if grain == 'all' else [grain ~ '_start']) + ['topic', 'weekday', 'hour']) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

named as (

    select
        *,
        md5({{ joined_parts(['period_grain', 'cast(period_start as varchar)', 'topic', 'cast(weekday as varchar)', 'cast(hour as varchar)']) }}) as hotspot_id
    from counted

),

final as (

    select
        hotspot_id,
        'answered_waits' as numerator_id,
        'waits' as denominator_id,
        period_grain,
        period_start,
        topic,
        weekday,
        hour,
        cast(waits as bigint) as waits,
        cast(answered as bigint) as answered,
        cast(waits - answered as bigint) as waiting,
        answered / cast(waits as double) as answer_rate,
        {{ wilson_low('answered', 'waits') | indent(8) }} as rate_low,
        {{ wilson_high('answered', 'waits') | indent(8) }} as rate_high,
        {{ mean_seconds('wait_micros', 'answered') | indent(8) }} as mean_seconds,
        median_micros / 1000000e0 as median_seconds,
        p90_micros / 1000000e0 as p90_seconds,
        {{ mean_seconds('business_micros', 'business_count') | indent(8) }} as mean_business_seconds,
        cast(coalesce(wait_micros, 0) as double) / 3600000000e0 as waited_hours,
        row_number() over (
            partition by period_grain, period_start, topic
            order by coalesce(wait_micros, 0) desc, weekday, hour, hotspot_id
        ) as waited_place,
        {{ is_few('answered') }} as is_small
    from named

)

select * from final
