-- Grain: one row per completed task of Salesforce that is a call, an e-mail or a text message.
-- Mind: other tasks are things to do, not messages, and so is what is planned: both are left out. A task's time is when it was completed,
-- else when it was logged; activity_date is the day on which it is due, and never read.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
with

tasks as (

    {{ salesforce_tasks() }}

),

directed as (

    select
        tasks.*,
        coalesce({{ as_code('call_type') }}, {{ as_code('type') }}, '') like '%inbound%'
        or coalesce({{ as_code('call_type') }}, {{ as_code('type') }}, '') like '%incoming%' as is_inbound
    from tasks
    where
        channel is not null
        and is_completed

),

final as (

    select
        {{ tool_id('salesforce', 'id') }} as message_id,
        {{ tool_id('salesforce', 'who_id') }} as contact_id,
        channel,
        case when is_inbound then 'inbound' else 'outbound' end as direction,
        coalesce({{ as_text('completed_date_time') }}, {{ as_text('created_date') }}) as sent_at,
        cast(null as varchar) as thread_id,
        case when is_inbound then 'contact' else 'rep' end as sender_type,
        {{ tool_id('salesforce', 'owner_id') }} as rep_id,
        cast(call_disposition as varchar) as status,
        cast(call_duration_in_seconds as varchar) as talk_seconds,
        cast(null as varchar) as campaign_id,
        coalesce({{ as_text('description') }}, {{ as_text('subject') }}) as body,
        cast(null as varchar) as cost,
        cast(_fivetran_synced as varchar) as loaded_at
    from directed

)

select * from final
