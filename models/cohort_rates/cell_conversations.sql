-- Grain: one row per metric version and eligible conversation that converted or is pending, with its cell.
-- Mind: `duration_us` is null where Kaplan and Meier need no row: begun at or after complete_at, or followed through its
-- whole window without converting (those are known by their number alone).

{%- set metrics = conversion_metrics() %}
{%- set dimensions = cohort_dimensions() %}
{%- set used = metrics | map(attribute='dimensions') | sum(start=[]) | unique | list %}

with

conversations as (

    select * from {{ ref('conversations') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

described as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        metric_conversations.conversation_id,
        {{ cell_date('metric_cuts.base_grain', 'metric_conversations.anchor_at') | indent(8) }} as cell_date,
        {%- for dimension in used %}
        case
            when metric_cuts.has_{{ dimension }} then {{ 'metric_conversations.handled_by' if dimension == 'handled_by' else cohort_dimension(dimension, 'conversations') }}
            else 'all'
        end as {{ dimension }},
        {%- endfor %}
        {{ epoch_micros('metric_conversations.anchor_at') }} as anchor_us,
        {{ epoch_micros('metric_conversations.converted_at') }} as converted_us,
        {{ epoch_micros('metric_cuts.complete_at') }} as complete_us,
        metric_cuts.window_us
    from metric_conversations
    inner join metric_cuts
        on
            metric_conversations.metric = metric_cuts.metric
            and metric_conversations.metric_version = metric_cuts.metric_version
    inner join conversations
        on metric_conversations.conversation_id = conversations.conversation_id
    where metric_conversations.status in ('converted', 'pending')

),

final as (

    select
        described.metric,
        described.metric_version,
        described.conversation_id,
        cohort_cells.cell_id,
        case
            when described.anchor_us >= described.complete_us then cast(null as bigint)
            when described.converted_us <= described.complete_us then described.converted_us - described.anchor_us
            when described.complete_us - described.anchor_us < described.window_us then described.complete_us - described.anchor_us
        end as duration_us,
        coalesce(described.converted_us <= described.complete_us, false) as is_conversion
    from described
    inner join cohort_cells
        on
            described.metric = cohort_cells.metric
            and described.metric_version = cohort_cells.metric_version
            and described.cell_date = cohort_cells.cell_date
            {%- for dimension in used %}
            and described.{{ dimension }} = cohort_cells.{{ dimension }}
            {%- endfor %}

)

select * from final
