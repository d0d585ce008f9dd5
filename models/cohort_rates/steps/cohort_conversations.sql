-- Grain: one row per metric version and eligible conversation that converted or is pending, with the dimensions of its cohorts.
-- Mind: `duration_us` is null where Kaplan and Meier need no row: begun at or after complete_at, or followed through its
-- whole window without converting by then (those are known by their number alone).

{%- set metrics = conversion_metrics() %}
{%- set reading = namespace(used=[]) %}
{%- for metric in metrics %}{% set reading.used = reading.used + stratum_dimensions(metric) %}{% endfor %}

with

conversations as (

    select * from {{ ref('conversations') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

attributed_outcomes as (

    select * from {{ ref('attributed_outcomes') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

credits as (

    select
        metric,
        metric_version,
        conversation_id,
        max(case when credit > 0 then 1 else 0 end) = 1 as is_credited,
        sum(cast(credit as decimal(38, 18))) as credit,
        sum(cast(credited_amount as decimal(38, 12))) as amount
    from attributed_outcomes
    group by
        metric,
        metric_version,
        conversation_id

),

undecided as (

    select
        metric,
        metric_version,
        conversation_id,
        anchor_at,
        converted_at,
        handled_by,
        status = 'pending' as is_pending,
        is_matured
    from metric_conversations
    where status in ('converted', 'pending')

),

described as (

    select
        undecided.metric,
        undecided.metric_version,
        undecided.conversation_id,
        {{ cell_date('metric_cuts.base_grain', 'undecided.anchor_at') | indent(8) }} as cell_date,
        {%- for dimension in cohort_dimensions() %}
        {% if dimension not in reading.used -%}
        cast(null as varchar)
        {%- elif dimension == 'handled_by' -%}
        undecided.handled_by
        {%- else -%}
        {{ cohort_dimension(dimension, 'conversations') | indent(8) }}
        {%- endif %} as {{ dimension }},
        {%- endfor %}
        undecided.is_pending,
        undecided.is_matured,
        coalesce(credits.is_credited, false) as is_credited,
        credits.credit,
        credits.amount,
        {{ epoch_micros('undecided.anchor_at') }} as anchor_us,
        {{ epoch_micros('undecided.converted_at') }} as converted_us,
        {{ epoch_micros('metric_cuts.complete_at') }} as complete_us,
        metric_cuts.window_us
    from undecided
    inner join metric_cuts
        on
            undecided.metric = metric_cuts.metric
            and undecided.metric_version = metric_cuts.metric_version
    inner join conversations
        on undecided.conversation_id = conversations.conversation_id
    left join credits
        on
            undecided.metric = credits.metric
            and undecided.metric_version = credits.metric_version
            and undecided.conversation_id = credits.conversation_id

),

final as (

    select
        metric,
        metric_version,
        conversation_id,
        cell_date,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        is_pending,
        is_matured,
        is_credited,
        cast(coalesce(credit, 0) as decimal(38, 18)) as credit,
        cast(coalesce(amount, 0) as decimal(38, 12)) as amount,
        cast(case
            when anchor_us >= complete_us then null
            when converted_us <= complete_us then converted_us - anchor_us
            when complete_us - anchor_us < window_us then complete_us - anchor_us
        end as bigint) as duration_us,
        coalesce(converted_us <= complete_us, false) as is_conversion
    from described

)

select * from final
