-- Grain: one row per sentiment model, metric version, period (grain `all` too), topic (`all` too) and band that some conversation has.
-- Mind: a model that guesses from words tells irony, and any language it was not made for, from friendliness badly. Bands sum to the
-- matured conversations within a topic; topics overlap.

with

cells as (

    select * from {{ ref('sentiment_cells') }}

),

bands as (

    {% call(band, number) union_of(sentiment_bands()) -%}
    select
        {{ number }} as band_number,
        '{{ band }}' as band
    {%- endcall %}

),

grains as (

    {{ grain_rows() | indent(4) }}

),

summed as (

    select
        cells.model,
        cells.metric,
        cells.metric_version,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.cell_date') | indent(8) }} as period_start,
        cells.topic,
        bands.band_number,
        cells.band,
        sum(cells.matured) as matured,
        sum(cells.matured_converted) as matured_converted
    from cells
    inner join bands
        on cells.band = bands.band
    cross join grains
    group by
        cells.model,
        cells.metric,
        cells.metric_version,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.cell_date') | indent(8) }},
        cells.topic,
        bands.band_number,
        cells.band

),

shared as (

    select
        *,
        sum(matured) over (
            partition by model, metric, metric_version, period_grain, period_start, topic
        ) as topic_matured
    from summed

),

final as (

    select
        model,
        metric,
        metric_version,
        'matured_converted_conversations' as numerator_id,
        'matured_conversations' as denominator_id,
        period_grain,
        period_start,
        topic,
        cast(band_number as bigint) as band_number,
        band,
        cast(matured as bigint) as matured,
        matured / cast(topic_matured as double) as band_share,
        cast(matured_converted as bigint) as matured_converted,
        matured_converted / cast(matured as double) as conversion_rate,
        {{ wilson_low('matured_converted', 'matured') | indent(8) }} as rate_low,
        {{ wilson_high('matured_converted', 'matured') | indent(8) }} as rate_high,
        {{ is_few('matured') }} as is_small,
        true as uses_late_facts
    from shared

)

select * from final
