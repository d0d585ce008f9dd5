-- Grain: one row per conversation: a run of messages with one contact in which somebody spoke.
-- Mind: persona, industry, source, territory and account are the contact's current values, not those of the
-- day; a column may serve in a metric's `where` only as far as its known_at in the yml allows.

with

activity as (

    select * from {{ ref('conversation_activity') }}

),

waits as (

    select * from {{ ref('waits') }}

),

dispositions as (

    select * from {{ ref('conversation_dispositions') }}

),

contacts as (

    select
        contact_id,
        account_id,
        persona,
        industry,
        source,
        territory,
        is_regulated
    from {{ ref('stg_contacts') }}

),

lifecycle_stages as (

    select
        contact_id,
        stage,
        entered_at
    from {{ ref('stg_lifecycle_stages') }}

),

deals as (

    select
        deal_id,
        contact_id
    from {{ ref('stg_deals') }}

),

deal_stages as (

    select
        deal_id,
        stage,
        entered_at
    from {{ ref('stg_deal_stages') }}

),

rep_periods as (

    select * from {{ ref('rep_periods') }}

),

contact_deal_stages as (

    select
        deals.contact_id,
        deal_stages.stage,
        deal_stages.entered_at
    from deal_stages
    inner join deals
        on deal_stages.deal_id = deals.deal_id

),

lifecycle_periods as (

    {{ stage_periods('lifecycle_stages', 'contact_id') }}

),

deal_periods as (

    {{ stage_periods('contact_deal_stages', 'contact_id') }}

),

-- Lengths are summed in whole microseconds and divided once, so that the order of rows cannot matter.
wait_totals as (

    select
        first_message_id,
        count(*) as wait_count,
        count(wait_micros) as closed_count,
        count(business_micros) as business_count,
        sum(wait_micros) as wait_micros,
        sum(business_micros) as business_micros,
        max(wait_seconds) as longest_wait_seconds,
        max(business_seconds) as longest_wait_business_seconds,
        max(case when is_first then wait_seconds end) as first_response_seconds,
        max(case when is_first then business_seconds end) as first_response_business_seconds,
        max(case when is_first then bot_response_seconds end) as first_bot_response_seconds,
        max(case when closed_at is null then opened_at end) as open_wait_since
    from waits
    group by first_message_id

),

counted_dispositions as (

    select
        first_message_id,
        code,
        category,
        row_number() over (
            partition by first_message_id
            order by recorded_at desc, code desc, thread_id, message_id
        ) as latest_rank
    from dispositions
    where is_counted

),

disposition_totals as (

    select
        first_message_id,
        min(case when is_counted and category = 'qualified' then recorded_at end) as qualified_at,
        count(case when not is_counted then recorded_at end) as late_disposition_count
    from dispositions
    group by first_message_id

),

latest_dispositions as (

    select
        first_message_id,
        code,
        category
    from counted_dispositions
    where latest_rank = 1

),

final as (

    select
        md5(activity.first_message_id) as conversation_id,
        activity.first_message_id,
        activity.contact_id,
        contacts.account_id,
        activity.thread_id,
        activity.owner_id,
        activity.campaign_id,
        activity.started_at,
        activity.reached_at,
        activity.two_way_at,
        activity.sales_handled_at,
        disposition_totals.qualified_at,
        activity.first_human_at,
        activity.first_bot_at,
        activity.first_inbound_at,
        activity.first_outbound_at,
        activity.last_message_at,
        activity.open_until,
        wait_totals.open_wait_since,
        activity.channel,
        activity.initiated_by,
        contacts.persona,
        contacts.industry,
        coalesce(contacts.is_regulated, false) as is_regulated,
        contacts.source,
        contacts.territory,
        lifecycle_periods.stage as lifecycle_stage_at_start,
        deal_periods.stage as deal_stage_at_start,
        rep_periods.team as owner_team,
        rep_periods.territory as owner_territory,
        latest_dispositions.code as disposition_code,
        latest_dispositions.category as disposition_category,
        activity.message_count,
        activity.inbound_count,
        activity.outbound_count,
        activity.failed_count,
        activity.system_count,
        activity.rep_count,
        activity.handoff_count,
        coalesce(disposition_totals.late_disposition_count, 0) as late_disposition_count,
        coalesce(wait_totals.wait_count, 0) as wait_count,
        wait_totals.first_response_seconds,
        {{ mean_seconds('wait_totals.wait_micros', 'wait_totals.closed_count') }} as average_response_seconds,
        wait_totals.longest_wait_seconds,
        wait_totals.first_response_business_seconds,
        {{ mean_seconds('wait_totals.business_micros', 'wait_totals.business_count') }}
            as average_response_business_seconds,
        wait_totals.longest_wait_business_seconds,
        wait_totals.first_bot_response_seconds
    from activity
    left join contacts
        on activity.contact_id = contacts.contact_id
    left join wait_totals
        on activity.first_message_id = wait_totals.first_message_id
    left join disposition_totals
        on activity.first_message_id = disposition_totals.first_message_id
    left join latest_dispositions
        on activity.first_message_id = latest_dispositions.first_message_id
    left join lifecycle_periods
        on
            activity.contact_id = lifecycle_periods.entity_id
            and activity.started_at >= lifecycle_periods.entered_at
            and (lifecycle_periods.left_at is null or activity.started_at < lifecycle_periods.left_at)
    left join deal_periods
        on
            activity.contact_id = deal_periods.entity_id
            and activity.started_at >= deal_periods.entered_at
            and (deal_periods.left_at is null or activity.started_at < deal_periods.left_at)
    left join rep_periods
        on
            activity.owner_id = rep_periods.rep_id
            and activity.owned_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or activity.owned_at < rep_periods.ends_at)

)

select * from final
