-- Grain: one row per current metric version, clock and band of the variable `response_minutes`, and one of those that were not answered.
-- Mind: it shows what goes with an early answer, and not what an early answer does: who is easy to sell to is often answered first. The mix
-- is the same for all bands, that of every matured conversation in which the contact waited.

{%- set bands = response_bands() %}
{%- set metrics = conversion_metrics() | selectattr('status', 'equalto', 'active') | list if bands else [] %}
{%- set curve = ['metric', 'metric_version', 'clock'] %}

with

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

conversations as (

    select * from {{ ref('conversations') }}

),

bands as (

    {% call(band, number) union_of(bands + ([{'number': bands | length + 1, 'name': 'unanswered', 'from': none, 'to': none}] if bands else [])) -%}
    select
        {{ band.number if band else 0 }} as band_number,
        '{{ band.name if band else '' }}' as band,
        cast({{ 'null' if not band or band.from is none else band.from }} as double) as from_minutes,
        cast({{ 'null' if not band or band.to is none else band.to }} as double) as to_minutes
    {%- if not band %}
    where false
    {%- endif %}
    {%- endcall %}

),

waited as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        {{ metric_stratum(metrics, 'metric_conversations', 'conversations') | trim }} as stratum,
        case when metric_conversations.status = 'converted' then 1 else 0 end as hit,
        conversations.first_response_seconds as calendar_seconds,
        conversations.first_response_business_seconds as business_seconds
    from metric_conversations
    inner join metric_definitions
        on
            metric_conversations.metric = metric_definitions.metric
            and metric_conversations.metric_version = metric_definitions.metric_version
            and metric_definitions.is_current
    inner join conversations
        on metric_conversations.conversation_id = conversations.conversation_id
    where
        metric_conversations.is_matured
        and conversations.wait_count > 0
        and {{ 'true' if bands else 'false' }}

),

-- what was answered at a time of which no business time is known is on no curve of business hours
banded as (

    {% for clock in ['calendar', 'business'] -%}
    select
        metric,
        metric_version,
        '{{ clock }}' as clock,
        stratum,
        case
            when calendar_seconds is null then {{ bands | length + 1 }}
            {%- for band in bands if band.to is not none %}
            when {{ clock }}_seconds < {{ band.to }} * 60 then {{ band.number }}
            {%- endfor %}
            else {{ bands | length }}
        end as band_number,
        hit
    from waited
    {%- if clock == 'business' %}
    where business_seconds is not null or calendar_seconds is null
    {%- else %}

    union all

    {% endif %}
    {%- endfor %}

),

cells as (

    select
        {{ curve | join(', ') }},
        stratum,
        band_number,
        count(*) as trials,
        sum(hit) as hits
    from banded
    group by
        {{ curve | join(', ') }},
        stratum,
        band_number

),

standards as (

    select
        {{ curve | join(', ') }},
        stratum,
        sum(trials) as weight
    from cells
    group by
        {{ curve | join(', ') }},
        stratum

),

curves as (

    select
        {{ curve | join(', ') }},
        cast(sum(weight) as double) as weight
    from standards
    group by
        {{ curve | join(', ') }}

),

rated as (

    select
        cells.metric,
        cells.metric_version,
        cells.clock,
        cells.band_number,
        sum(cells.trials) as trials,
        sum(cells.hits) as hits,
        sum(standards.weight) as weight,
        cast(sum(cast(standards.weight * (cells.hits / cast(cells.trials as double)) as decimal(38, 18))) as double) as weighted_rate,
        {%- for side in ['low', 'high'] %}
        sqrt(cast(sum({{ score_distance('standards.weight / curves.weight', 'cells.hits', 'cells.trials', side) | indent(8) }}) as double)) as {{ side }}_distance{% if not loop.last %},{% endif %}
        {%- endfor %}
    from cells
    inner join standards
        on {{ equal_columns('cells', 'standards', curve + ['stratum']) }}
    inner join curves
        on {{ equal_columns('cells', 'curves', curve) }}
    group by
        cells.metric,
        cells.metric_version,
        cells.clock,
        cells.band_number

),

-- of what was answered, within each stratum, before and after each limit
sides as (

    select
        cells.metric,
        cells.metric_version,
        cells.clock,
        cells.stratum,
        bands.band_number,
        sum(case when cells.band_number <= bands.band_number then cells.trials else 0 end) as trials_within,
        sum(case when cells.band_number <= bands.band_number then cells.hits else 0 end) as hits_within,
        sum(case when cells.band_number > bands.band_number then cells.trials else 0 end) as trials_later,
        sum(case when cells.band_number > bands.band_number then cells.hits else 0 end) as hits_later
    from cells
    inner join bands
        on bands.to_minutes is not null
    where cells.band_number <= {{ bands | length }}
    group by
        cells.metric,
        cells.metric_version,
        cells.clock,
        cells.stratum,
        bands.band_number

),

weighed as (

    select
        sides.*,
        sum(trials_later) over (partition by metric, metric_version, clock, band_number) as later,
        trials_within > 0 and trials_later > 0 as is_on_both_sides,
        trials_later / nullif(cast(sum(trials_later) over (partition by metric, metric_version, clock, band_number) as double), 0) as weight
    from sides

),

laters as (

    select
        {{ curve | join(', ') }},
        band_number,
        max(later) as later,
        sum(case when is_on_both_sides then trials_later else 0 end) as later_covered
    from weighed
    group by
        {{ curve | join(', ') }},
        band_number

),

gains as (

    select
        {{ curve | join(', ') }},
        band_number,
        cast(sum(cast(
            weight * (hits_within / cast(trials_within as double) - hits_later / cast(trials_later as double)) as decimal(38, 18)
        )) as double) as gain,
        {%- for side, within, after in [('low', 'low', 'high'), ('high', 'high', 'low')] %}
        sqrt(
            cast(sum({{ score_distance('weight', 'hits_within', 'trials_within', within) | indent(12) }}) as double)
            + cast(sum({{ score_distance('weight', 'hits_later', 'trials_later', after) | indent(12) }}) as double)
        ) as {{ side }}_distance{% if not loop.last %},{% endif %}
        {%- endfor %}
    from weighed
    where is_on_both_sides
    group by
        {{ curve | join(', ') }},
        band_number

),

-- Cochran and Armitage's test within each stratum, Mantel's sums over all of them
stratum_sums as (

    select
        {{ curve | join(', ') }},
        stratum,
        cast(sum(trials) as double) as n,
        cast(sum(hits) as double) as c,
        cast(sum(trials * band_number) as double) as sx,
        cast(sum(trials * band_number * band_number) as double) as sxx,
        cast(sum(hits * band_number) as double) as scx
    from cells
    where band_number <= {{ bands | length }}
    group by
        {{ curve | join(', ') }},
        stratum
    having sum(trials) > 1

),

tested as (

    select
        {{ curve | join(', ') }},
        cast(sum(cast(scx - c * sx / n as decimal(38, 18))) as double)
        / nullif(sqrt(cast(sum(cast(c * (n - c) / (n * (n - 1)) * (sxx - sx * sx / n) as decimal(38, 18))) as double)), 0) as trend_z
    from stratum_sums
    group by
        {{ curve | join(', ') }}

),

final as (

    select
        md5({{ joined_parts(['curves.metric', 'cast(curves.metric_version as varchar)', 'curves.clock', 'bands.band']) }}) as curve_id,
        curves.metric,
        curves.metric_version,
        curves.clock,
        cast(bands.band_number as bigint) as band_number,
        bands.band,
        bands.from_minutes,
        bands.to_minutes,
        cast(coalesce(rated.trials, 0) as bigint) as matured,
        cast(coalesce(rated.hits, 0) as bigint) as matured_converted,
        rated.hits / cast(rated.trials as double) as conversion_rate,
        {{ wilson_low('coalesce(rated.hits, 0)', 'coalesce(rated.trials, 0)') | indent(8) }} as rate_low,
        {{ wilson_high('coalesce(rated.hits, 0)', 'coalesce(rated.trials, 0)') | indent(8) }} as rate_high,
        {{ nine_places('rated.weighted_rate / rated.weight') }} as standardised_rate,
        {{ nine_places('rated.weighted_rate / rated.weight - rated.low_distance * curves.weight / rated.weight') }} as standardised_low,
        {{ nine_places('rated.weighted_rate / rated.weight + rated.high_distance * curves.weight / rated.weight') }} as standardised_high,
        coalesce(rated.weight, 0) / curves.weight as coverage,
        coalesce(rated.weight / curves.weight >= {{ setting_minimum_coverage() }}, false) as is_comparable,
        cast(laters.later as bigint) as later,
        {{ nine_places('laters.later * gains.gain') }} as gain,
        {{ nine_places('laters.later * (gains.gain - gains.low_distance)') }} as gain_low,
        {{ nine_places('laters.later * (gains.gain + gains.high_distance)') }} as gain_high,
        laters.later_covered / nullif(cast(laters.later as double), 0) as gain_coverage,
        {{ nine_places('tested.trend_z') }} as trend_z,
        {{ two_sided_p('tested.trend_z') | indent(8) }} as trend_p,
        case
            when tested.trend_z < -{{ confidence_z() }} then 'falls'
            when tested.trend_z > {{ confidence_z() }} then 'rises'
            when tested.trend_z is not null then 'undecided'
        end as trend,
        {{ is_few('coalesce(rated.trials, 0)') }} as is_small
    from curves
    cross join bands
    left join rated
        on {{ equal_columns('curves', 'rated', curve) }} and bands.band_number = rated.band_number
    left join laters
        on {{ equal_columns('curves', 'laters', curve) }} and bands.band_number = laters.band_number
    left join gains
        on {{ equal_columns('curves', 'gains', curve) }} and bands.band_number = gains.band_number
    left join tested
        on {{ equal_columns('curves', 'tested', curve) }}

)

select * from final
