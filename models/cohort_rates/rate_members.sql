-- Grain: one row per metric version and conversation, those that do not count too: the conversations behind every rate.
-- Mind: a view, for one question at a time: ask with metric and metric_version. Sums of its counts over the days and values of a
-- cohort are the counts of that row of cohort_rates; `outcomes` and `deals` are not here, since an outcome touches several rows.
{{ config(materialized='view') }}

with

conversations as (

    select * from {{ ref('conversations') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

cohort_conversations as (

    select * from {{ ref('cohort_conversations') }}

),

placed as (

    select
        metric_cuts.metric,
        metric_cuts.metric_version,
        conversations.conversation_id,
        conversations.contact_id,
        metric_conversations.unit_id,
        coalesce(metric_conversations.anchor_at, conversations.started_at) as placed_at,
        metric_conversations.anchor_at,
        metric_conversations.window_ends_at,
        metric_conversations.converted_at,
        metric_conversations.status,
        coalesce(metric_conversations.eligibility, 'below_kind') as eligibility,
        coalesce(metric_conversations.is_matured, false) as is_matured,
        coalesce(cohort_conversations.is_credited, false) as is_credited,
        cohort_conversations.credit,
        cohort_conversations.amount,
        metric_conversations.status is not null and conversations.wait_count > 0 as has_wait,
        {%- for dimension in cohort_dimensions() %}
        {% if dimension == 'handled_by' -%}
        coalesce(
            metric_conversations.handled_by,
            {{ handled_by_at('conversations.first_human_at', 'conversations.first_bot_at') | indent(12) }}
        )
        {%- else -%}
        {{ cohort_dimension(dimension, 'conversations') | indent(8) }}
        {%- endif %} as {{ dimension }},
        {%- endfor %}
        conversations.longest_wait_seconds > {{ setting_abandonment_hours() }} * 3600
        or {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros('conversations.open_wait_since') }}
        > {{ setting_abandonment_hours() }} * 3600000000 as is_long
    from conversations
    cross join metric_cuts
    left join metric_conversations
        on
            conversations.conversation_id = metric_conversations.conversation_id
            and metric_cuts.metric = metric_conversations.metric
            and metric_cuts.metric_version = metric_conversations.metric_version
    left join cohort_conversations
        on
            conversations.conversation_id = cohort_conversations.conversation_id
            and metric_cuts.metric = cohort_conversations.metric
            and metric_cuts.metric_version = cohort_conversations.metric_version

),

final as (

    select
        metric,
        metric_version,
        conversation_id,
        contact_id,
        unit_id,
        placed_at,
        {{ local_day('placed_at') }} as placed_on,
        anchor_at,
        window_ends_at,
        converted_at,
        eligibility,
        coalesce(status, case when eligibility = 'below_kind' then 'below_kind' else 'excluded' end) as status,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        cast(1 as bigint) as conversations,
        cast(case when eligibility = 'below_kind' then 1 else 0 end as bigint) as below_kind,
        cast(case when eligibility not in ('below_kind', 'eligible') then 1 else 0 end as bigint) as excluded,
        cast(case when status is not null then 1 else 0 end as bigint) as eligible,
        cast(case when status = 'converted' then 1 else 0 end as bigint) as converted,
        cast(case when status = 'pending' then 1 else 0 end as bigint) as pending,
        cast(case when status = 'not_converted' then 1 else 0 end as bigint) as not_converted,
        cast(case when is_matured then 1 else 0 end as bigint) as matured,
        cast(case when is_matured and status = 'converted' then 1 else 0 end as bigint) as matured_converted,
        cast(case when is_credited then 1 else 0 end as bigint) as credited,
        cast(case when is_credited and is_matured then 1 else 0 end as bigint) as matured_credited,
        cast(case when has_wait then 1 else 0 end as bigint) as with_wait,
        cast(case when has_wait and is_long then 1 else 0 end as bigint) as abandoned,
        cast(coalesce(credit, 0) as double) as credit,
        cast(coalesce(amount, 0) as double) as amount
    from placed

)

select * from final
