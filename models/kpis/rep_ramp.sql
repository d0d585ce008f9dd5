-- Grain: one row per current metric version and month of 30 days since reps began, of reps established since longer, and of reps of whom nobody
-- knows when they began.
-- Mind: `expected_rate` is that of established reps with the same mix as the month. Nothing is compared below 30 conversations or three
-- reps: what one person does in a month is no ramp. Who leaves early is in the first months alone.

{%- set months = ramp_months() %}
{%- set metrics = conversion_metrics() | selectattr('status', 'equalto', 'active') | list if months else [] %}
{%- set fewest_reps = 3 %}
{%- set version = ['metric', 'metric_version'] %}

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

rep_periods as (

    select * from {{ ref('rep_periods') }}

),

tenures as (

    {% call(month, number) union_of(range(1, months + 3) | list if months else []) -%}
    select
        {{ month or 0 }} as tenure_number,
        '{{ 'established' if month == months + 1 else 'unknown' if month == months + 2 else 'month_' ~ month }}' as tenure
    {%- if not month %}
    where false
    {%- endif %}
    {%- endcall %}

),

-- another role is another beginning, another team is none
roles as (

    select
        rep_id,
        coalesce(role, '') as role,
        min(starts_at) as starts_at
    from rep_periods
    group by
        rep_id,
        coalesce(role, '')

),

firsts as (

    select
        owner_id as rep_id,
        min(first_human_at) as first_at
    from conversations
    where owner_id is not null
    group by owner_id

),

feed as (

    select min(started_at) as starts_at
    from conversations

),

-- who wrote soon after the feed began may have been there long before
led as (

    select
        conversations.conversation_id,
        conversations.owner_id,
        {{ epoch_micros('conversations.first_human_at') }} - {{ epoch_micros(
            "case when roles.starts_at > timestamp '0001-01-01 00:00:00' then roles.starts_at"
            ~ " when firsts.first_at >= feed.starts_at + interval '60 days' then firsts.first_at end"
        ) }} as tenure_us
    from conversations
    inner join firsts
        on conversations.owner_id = firsts.rep_id
    cross join feed
    left join rep_periods
        on
            conversations.owner_id = rep_periods.rep_id
            and conversations.first_human_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or conversations.first_human_at < rep_periods.ends_at)
    left join roles
        on
            rep_periods.rep_id = roles.rep_id
            and coalesce(rep_periods.role, '') = roles.role
    where {{ 'true' if months else 'false' }}

),

judged as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        {{ metric_stratum(metrics, 'metric_conversations', 'conversations') | trim }} as stratum,
        led.owner_id,
        case
            when led.tenure_us is null then {{ months + 2 }}
            else least(cast(floor(led.tenure_us / (30 * 86400000000e0)) as bigint) + 1, {{ months + 1 }})
        end as tenure_number,
        case when metric_conversations.status = 'converted' then 1 else 0 end as hit
    from metric_conversations
    inner join metric_definitions
        on
            metric_conversations.metric = metric_definitions.metric
            and metric_conversations.metric_version = metric_definitions.metric_version
            and metric_definitions.is_current
    inner join conversations
        on metric_conversations.conversation_id = conversations.conversation_id
    inner join led
        on metric_conversations.conversation_id = led.conversation_id
    where metric_conversations.is_matured

),

cells as (

    select
        {{ version | join(', ') }},
        stratum,
        tenure_number,
        count(*) as trials,
        sum(hit) as hits
    from judged
    group by
        {{ version | join(', ') }},
        stratum,
        tenure_number

),

totals as (

    select
        {{ version | join(', ') }},
        tenure_number,
        count(distinct owner_id) as reps,
        count(*) as trials,
        sum(hit) as hits
    from judged
    group by
        {{ version | join(', ') }},
        tenure_number

),

-- a stratum in which no established rep led anything is compared with nothing
sides as (

    select
        cells.metric,
        cells.metric_version,
        cells.tenure_number,
        cells.trials,
        cells.hits,
        others.trials as other_trials,
        others.hits as other_hits,
        cells.trials / cast(sum(cells.trials) over (partition by cells.metric, cells.metric_version, cells.tenure_number) as double) as weight
    from cells
    inner join cells as others
        on
            cells.metric = others.metric
            and cells.metric_version = others.metric_version
            and cells.stratum = others.stratum
            and others.tenure_number = {{ months + 1 }}
    where cells.tenure_number <= {{ months }}

),

compared as (

    select
        {{ version | join(', ') }},
        tenure_number,
        sum(trials) as covered,
        cast(sum(cast(weight * (hits / cast(trials as double)) as decimal(38, 18))) as double) as own_rate,
        cast(sum(cast(weight * (other_hits / cast(other_trials as double)) as decimal(38, 18))) as double) as other_rate,
        {%- for side, own, other in [('low', 'low', 'high'), ('high', 'high', 'low')] %}
        sqrt(
            cast(sum({{ score_distance('weight', 'hits', 'trials', own) | indent(12) }}) as double)
            + cast(sum({{ score_distance('weight', 'other_hits', 'other_trials', other) | indent(12) }}) as double)
        ) as {{ side }}_distance{% if not loop.last %},{% endif %}
        {%- endfor %}
    from sides
    group by
        {{ version | join(', ') }},
        tenure_number

),

established as (

    select
        {{ version | join(', ') }},
        reps
    from totals
    where tenure_number = {{ months + 1 }}

),

beside as (

    select
        totals.metric,
        totals.metric_version,
        tenures.tenure_number,
        tenures.tenure,
        totals.reps,
        totals.trials,
        totals.hits,
        coalesce(compared.covered, 0) / cast(totals.trials as double) as coverage,
        compared.own_rate,
        compared.other_rate,
        compared.low_distance,
        compared.high_distance,
        case
            when totals.tenure_number > {{ months }} then null
            when totals.trials < {{ few() }} or totals.reps < {{ fewest_reps }} or coalesce(established.reps, 0) < {{ fewest_reps }} then 'too_few'
            when coalesce(compared.covered, 0) < {{ setting_minimum_coverage() }} * totals.trials or compared.covered is null then 'not_comparable'
            else 'compared'
        end as state
    from totals
    inner join tenures
        on totals.tenure_number = tenures.tenure_number
    left join compared
        on {{ equal_columns('totals', 'compared', version + ['tenure_number']) }}
    left join established
        on {{ equal_columns('totals', 'established', version) }}

),

-- what is covered of the month is weighed to one
measured as (

    select
        beside.*,
        {{ covered_differences() | indent(8) }}
    from beside

),

final as (

    select
        md5({{ joined_parts(['metric', 'cast(metric_version as varchar)', 'tenure']) }}) as ramp_id,
        metric,
        metric_version,
        cast(tenure_number as bigint) as tenure_number,
        tenure,
        cast(reps as bigint) as reps,
        cast(trials as bigint) as matured,
        cast(hits as bigint) as matured_converted,
        case when trials >= {{ few() }} then hits / cast(trials as double) end as conversion_rate,
        case when trials >= {{ few() }} then {{ wilson_low('hits', 'trials') | indent(8) }} end as rate_low,
        case when trials >= {{ few() }} then {{ wilson_high('hits', 'trials') | indent(8) }} end as rate_high,
        {{ nine_places('expected_rate') }} as expected_rate,
        {{ nine_places('difference') }} as difference,
        {{ nine_places('difference_low') }} as difference_low,
        {{ nine_places('difference_high') }} as difference_high,
        case when tenure_number <= {{ months }} then coverage end as coverage,
        case
            when state = 'compared' and difference_high < 0 then 'lower'
            when state = 'compared' and difference_low > 0 then 'higher'
            when state = 'compared' then 'undecided'
            else state
        end as verdict,
        {{ is_few('trials') }} as is_small
    from measured

)

select * from final
