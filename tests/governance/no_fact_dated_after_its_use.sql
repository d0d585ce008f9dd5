-- No fact of a conversation is dated after it was used: a stage of the start was entered by the start, a
-- disposition that is used was recorded within the grace, and each kind lies within the conversation.
-- A row here is a conversation that knows the future.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}

with conversations as (

    select * from {{ ref('conversations') }}

),

lifecycle_stages as (

    select
        contact_id,
        stage,
        min(entered_at) as entered_at
    from {{ ref('stg_lifecycle_stages') }}
    group by
        contact_id,
        stage

),

deal_stages as (

    select
        deals.contact_id,
        deal_stages.stage,
        min(deal_stages.entered_at) as entered_at
    from {{ ref('stg_deal_stages') }} as deal_stages
    inner join {{ ref('stg_deals') }} as deals
        on deal_stages.deal_id = deals.deal_id
    group by
        deals.contact_id,
        deal_stages.stage

),

dispositions as (

    select
        first_message_id,
        code,
        min(recorded_at) as recorded_at
    from {{ ref('conversation_dispositions') }}
    group by
        first_message_id,
        code

),

judged as (

    select
        conversations.conversation_id,
        case
            when
                conversations.lifecycle_stage_at_start is not null
                and (lifecycle_stages.entered_at is null or lifecycle_stages.entered_at > conversations.started_at)
                then 'lifecycle_stage_at_start'
            when
                conversations.deal_stage_at_start is not null
                and (deal_stages.entered_at is null or deal_stages.entered_at > conversations.started_at)
                then 'deal_stage_at_start'
            when
                conversations.disposition_code is not null
                and (
                    dispositions.recorded_at is null
                    or {{ epoch_micros('dispositions.recorded_at') }}
                    - {{ epoch_micros('conversations.last_message_at') }}
                    > {{ setting_disposition_grace_hours() }} * 3600000000
                )
                then 'disposition_code'
            when
                {{ epoch_micros('conversations.qualified_at') }}
                - {{ epoch_micros('conversations.last_message_at') }}
                > {{ setting_disposition_grace_hours() }} * 3600000000
                then 'qualified_at'
            when
                conversations.reached_at < conversations.started_at
                or conversations.reached_at > conversations.last_message_at
                then 'reached_at'
            when
                conversations.two_way_at < conversations.started_at
                or conversations.two_way_at > conversations.last_message_at
                then 'two_way_at'
            when
                conversations.sales_handled_at < conversations.two_way_at
                or conversations.sales_handled_at > conversations.last_message_at
                then 'sales_handled_at'
            when conversations.open_wait_since > conversations.last_message_at then 'open_wait_since'
        end as fact
    from conversations
    left join lifecycle_stages
        on
            conversations.contact_id = lifecycle_stages.contact_id
            and conversations.lifecycle_stage_at_start = lifecycle_stages.stage
    left join deal_stages
        on
            conversations.contact_id = deal_stages.contact_id
            and conversations.deal_stage_at_start = deal_stages.stage
    left join dispositions
        on
            conversations.first_message_id = dispositions.first_message_id
            and conversations.disposition_code = dispositions.code

)

select
    conversation_id,
    fact
from judged
where fact is not null
