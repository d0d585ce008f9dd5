-- Grain: one row per tool, table and reason for which rows of HubSpot's and Salesforce's tables are not used.
-- Mind: a row is counted under the first reason that applies. Of tables that hold a history earlier versions are used; owners and users are
-- used though they are deleted, and of a contact that was merged away where it went.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set records = {
    'hubspot': [
        'contact', 'contact_merge_audit', 'deal', 'merged_deal', 'deal_contact', 'deal_company', 'engagement_email', 'engagement_call',
        'engagement_communication', 'engagement_meeting', 'engagement_contact', 'engagement_deal', 'owner',
    ],
    'salesforce': ['task', 'event', 'contact', 'lead', 'opportunity', 'opportunity_contact_role', 'user'],
} %}
{%- set histories = {
    'hubspot': ['contact_property_history', 'deal_stage' if has_table('hubspot', 'deal_stage') else 'deal_property_history'],
    'salesforce': ['opportunity_history' if has_table('salesforce', 'opportunity_history') else 'opportunity_field_history'],
} %}
{%- set people = ['owner', 'user'] %}
with

flagged as (

    {%- for tool in ['hubspot', 'salesforce'] if has_connector(tool) %}
    {%- for table in records[tool] + histories[tool] if has_table(tool, table) %}
    select
        '{{ tool }}' as tool,
        '{{ table }}' as table_name,
        case
            {%- if table not in people %}
            when not {{ is_current('rows_read', any_version=true) }} then 'deleted'
            {%- endif %}
            {%- if table not in histories[tool] %}
            when not {{ is_current('rows_read') }}{{ ' and ' ~ is_current('rows_read', any_version=true) if table in people }} then 'earlier_version'
            {%- endif %}
        end as reason
    from {{ raw_rows(source(tool, table), [], loader_flags()) }} as rows_read

    union all
    {% endfor %}
    {%- endfor %}
    {%- if has_connector('hubspot') %}
    select
        'hubspot' as tool,
        'deal' as table_name,
        'merged' as reason
    from {{ current_rows(source('hubspot', 'deal') if has_table('hubspot', 'deal') else none, ['deal_id'], []) }} as deals
    inner join {{ ref('hubspot_deal_merges') }} as merges
        on {{ as_text('deals.deal_id') }} = merges.merged_id

    union all
    {% endif %}
    {%- if has_connector('salesforce') %}
    select
        'salesforce' as tool,
        'task' as table_name,
        case
            when tasks.channel is null then 'no_message'
            when not tasks.is_completed then 'planned'
        end as reason
    from (
        {{ salesforce_tasks() }}
    ) as tasks

    union all

    select
        'salesforce' as tool,
        'event' as table_name,
        case when not events.is_meeting then 'no_meeting' end as reason
    from (
        {{ salesforce_events() }}
    ) as events

    union all
    {% endif %}
    select
        cast(null as varchar) as tool,
        cast(null as varchar) as table_name,
        cast(null as varchar) as reason
    where 1 = 0

),

final as (

    select
        tool,
        table_name,
        reason,
        count(*) as row_count
    from flagged
    where reason is not null
    group by
        tool,
        table_name,
        reason

)

select * from final
