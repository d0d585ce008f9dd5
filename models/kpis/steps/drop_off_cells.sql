-- Grain: one row per metric version, cut (`all` too), value of the cut, finest period of kpi_grains, stratum and reason.
-- Mind: every matured conversation has one reason, the first cause in the order of the variable `drop_off_order` that it shows, those that
-- converted all the same among them; `unexplained` shows none. Only facts before the conversation ended are causes, but for dispositions.

{%- set cuts = drop_off_cuts() %}

with

matured_conversations as (

    select * from {{ ref('matured_conversations') }}

),

first_waits as (

    select
        conversation_id,
        opened_at,
        closed_at,
        coalesce(business_seconds, wait_seconds) as wait_seconds
    from {{ ref('waits') }}
    where is_first

),

next_steps as (

    select * from {{ ref('conversation_next_steps') }}

),

channels as (

    select * from {{ ref('map_channels') }}

),

noted_opt_outs as (

    select
        opt_outs.contact_id,
        opt_outs.opted_out_at,
        coalesce(channels.channel, opt_outs.channel) as channel
    from {{ ref('stg_opt_outs') }} as opt_outs
    left join channels
        on opt_outs.channel = channels.raw_channel

),

opt_outs as (

    select
        conversations.conversation_id,
        noted_opt_outs.opted_out_at
    from noted_opt_outs
    inner join {{ ref('conversations') }} as conversations
        on
            noted_opt_outs.contact_id = conversations.contact_id
            and noted_opt_outs.opted_out_at >= conversations.started_at
            and (noted_opt_outs.channel is null or noted_opt_outs.channel = conversations.channel)

    union all

    select
        conversation_id,
        sent_at as opted_out_at
    from {{ ref('conversation_messages') }}
    where
        non_reply_kind = 'opt_out'
        and message_role = 'message'
        and direction = 'inbound'

),

first_opt_outs as (

    select
        conversation_id,
        min(opted_out_at) as opted_out_at
    from opt_outs
    group by conversation_id

),

causes as (

    select
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.cell_date,
        matured_conversations.stratum,
        matured_conversations.is_converted,
        {%- for cut in cuts %}
        {{ cohort_dimension(cut, 'conversations') | indent(8) }} as {{ cut }},
        {%- endfor %}
        first_waits.opened_at < matured_conversations.ends_at
        and coalesce(
            first_waits.wait_seconds,
            cast(
                {{ epoch_micros('matured_conversations.ends_at') }} - {{ epoch_micros('first_waits.opened_at') }} as double
            ) / 1000000
        ) > {{ setting_slow_follow_up_minutes() }} * 60 as is_slow_follow_up,
        conversations.first_human_at < matured_conversations.ends_at
        and conversations.territory <> conversations.owner_territory as is_incorrect_routing,
        next_steps.conversation_id is not null
        and coalesce(next_steps.asked_at >= matured_conversations.ends_at, true) as is_no_next_step,
        conversations.disposition_category in ({{ setting_not_actionable_categories() }}) as is_not_actionable,
        conversations.initiated_by <> 'contact'
        and coalesce(conversations.two_way_at >= matured_conversations.ends_at, true) as is_no_reply,
        first_opt_outs.opted_out_at < matured_conversations.ends_at as is_opted_out
    from matured_conversations
    inner join {{ ref('conversations') }} as conversations
        on matured_conversations.conversation_id = conversations.conversation_id
    left join first_waits
        on matured_conversations.conversation_id = first_waits.conversation_id
    left join next_steps
        on matured_conversations.conversation_id = next_steps.conversation_id
    left join first_opt_outs
        on matured_conversations.conversation_id = first_opt_outs.conversation_id

),

judged as (

    select
        metric,
        metric_version,
        cell_date,
        stratum,
        is_converted,
        {%- for cut in cuts %}
        {{ cut }},
        {%- endfor %}
        {%- if drop_off_causes() %}
        case
            {%- for cause in drop_off_causes() %}
            when is_{{ cause }} then '{{ cause }}'
            {%- endfor %}
            else 'unexplained'
        end as reason
        {%- else %}
        'unexplained' as reason
        {%- endif %}
    from causes

),

counted as (

    select
        metric,
        metric_version,
        {%- if cuts %}
        case
            {%- for cut in cuts %}
            when grouping({{ cut }}) = 0 then '{{ cut }}'
            {%- endfor %}
            else 'all'
        end as cut_by,
        case
            {%- for cut in cuts %}
            when grouping({{ cut }}) = 0 then {{ cut }}
            {%- endfor %}
            else 'all'
        end as cut_value,
        {%- else %}
        'all' as cut_by,
        'all' as cut_value,
        {%- endif %}
        cell_date,
        stratum,
        reason,
        count(*) as matured,
        sum(case when is_converted then 1 else 0 end) as matured_converted
    from judged
    group by grouping sets (
        (metric, metric_version, cell_date, stratum, reason)
        {%- for cut in cuts %},
        (metric, metric_version, cell_date, stratum, reason, {{ cut }})
        {%- endfor %}
    )

),

final as (

    select
        metric,
        metric_version,
        cut_by,
        cut_value,
        cell_date,
        stratum,
        reason,
        cast(matured as bigint) as matured,
        cast(matured_converted as bigint) as matured_converted
    from counted

)

select * from final
