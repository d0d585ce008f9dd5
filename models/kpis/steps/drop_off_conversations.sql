-- Grain: one row per metric version and matured conversation: the reason that it counts under.
-- Mind: every matured conversation has one reason, the first cause in the order of the variable `drop_off_order` that it shows, those that
-- converted all the same among them; `unexplained` shows none. Only facts before the conversation ended are causes, but for dispositions: an answer
-- that came later makes no wait longer than it was by then. A cause that the data cannot show (drop_off_evidence) is nobody's.
-- Dimensions that drop_off_cuts does not name are null.

{{ config(materialized='view') }}

{%- set cuts = drop_off_cuts() %}
{%- set causes = drop_off_causes() %}

with

matured_conversations as (

    select * from {{ ref('matured_conversations') }}

),

first_waits as (

    select
        conversation_id,
        opened_at,
        closed_at,
        calendar,
        coalesce(business_seconds, wait_seconds) as wait_seconds
    from {{ ref('waits') }}
    where is_first

),

business_calendar as (

    select * from {{ ref('business_calendar') }}

),

-- a wait that was still open when the conversation ended is as long as it had been by then, in business hours where the calendar has any
open_at_end as (

    select
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.conversation_id,
        cast(coalesce(
            {{ business_micros_at('closing', 'matured_conversations.ends_at') | indent(12) }}
            - {{ business_micros_at('opening', 'first_waits.opened_at') | indent(12) }},
            {{ epoch_micros('matured_conversations.ends_at') }} - {{ epoch_micros('first_waits.opened_at') }}
        ) as double) / 1000000 as wait_seconds
    from matured_conversations
    inner join first_waits
        on
            matured_conversations.conversation_id = first_waits.conversation_id
            and first_waits.opened_at < matured_conversations.ends_at
            and (first_waits.closed_at is null or first_waits.closed_at > matured_conversations.ends_at)
    left join business_calendar as opening
        on
            first_waits.calendar = opening.calendar
            and cast(first_waits.opened_at as date) = opening.utc_date
            and first_waits.opened_at >= opening.starts_at
            and first_waits.opened_at < opening.ends_at
    left join business_calendar as closing
        on
            first_waits.calendar = closing.calendar
            and cast(matured_conversations.ends_at as date) = closing.utc_date
            and matured_conversations.ends_at >= closing.starts_at
            and matured_conversations.ends_at < closing.ends_at

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
        matured_conversations.conversation_id,
        matured_conversations.ends_at,
        matured_conversations.cell_date,
        matured_conversations.stratum,
        matured_conversations.is_converted,
        {%- for dimension in cohort_dimensions() %}
        {% if dimension in cuts -%}
        {{ cohort_dimension(dimension, 'conversations') | indent(8) }}
        {%- else -%}
        cast(null as varchar)
        {%- endif %} as {{ dimension }},
        {%- endfor %}
        first_waits.opened_at < matured_conversations.ends_at
        and coalesce(open_at_end.wait_seconds, first_waits.wait_seconds) > {{ setting_slow_follow_up_minutes() }} * 60 as is_slow_follow_up,
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
    left join open_at_end
        on
            matured_conversations.metric = open_at_end.metric
            and matured_conversations.metric_version = open_at_end.metric_version
            and matured_conversations.conversation_id = open_at_end.conversation_id
    left join next_steps
        on matured_conversations.conversation_id = next_steps.conversation_id
    left join first_opt_outs
        on matured_conversations.conversation_id = first_opt_outs.conversation_id

),

{% if causes -%}
shown as (

    select
        {%- for cause in causes %}
        max(case when reason = '{{ cause }}' and is_instrumented then 1 else 0 end) = 1 as can_show_{{ cause }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('drop_off_evidence') }}

),

{% endif -%}
final as (

    select
        causes.metric,
        causes.metric_version,
        causes.conversation_id,
        causes.ends_at,
        causes.cell_date,
        causes.stratum,
        causes.is_converted,
        {%- for dimension in cohort_dimensions() %}
        causes.{{ dimension }},
        {%- endfor %}
        {%- if causes %}
        case
            {%- for cause in causes %}
            when causes.is_{{ cause }} and shown.can_show_{{ cause }} then '{{ cause }}'
            {%- endfor %}
            else 'unexplained'
        end as reason
        {%- else %}
        'unexplained' as reason
        {%- endif %}
    from causes
    {%- if causes %}
    cross join shown
    {%- endif %}

)

select * from final
