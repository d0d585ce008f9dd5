-- Grain: one row per table of Salesforce and reason for which rows of it are not used.
-- Mind: of tables that hold a history earlier versions are used, of users those who were deleted too, and of a contact that was merged away where it went.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
{%- set has_history = has_table('salesforce', 'opportunity_history') %}
{%- set stages = 'opportunity_history' if has_history else 'opportunity_field_history' %}
{%- set opportunities = source('salesforce', 'opportunity') if has_table('salesforce', 'opportunity') else none %}
{%- set history = source('salesforce', stages) if has_table('salesforce', stages) else none %}
{%- set key = 'id' if has_history else 'opportunity_id' %}
{%- set has_stages = has_table('salesforce', stages) %}
with

flagged as (

    {{ left_out_by_loader(
        'salesforce', ['task', 'event', 'contact', 'lead', 'opportunity', 'opportunity_contact_role', 'user', stages],
        histories=[stages] + ([] if has_stages else ['opportunity']), people=['user']
    ) }}

),

tasks as (

    select
        'task' as table_name,
        case
            when tasks.channel is null then 'no_message'
            when not tasks.is_completed then 'planned'
        end as reason
    from (
        {{ salesforce_tasks() }}
    ) as tasks

),

events as (

    select
        'event' as table_name,
        case when not events.is_meeting then 'no_meeting' end as reason
    from (
        {{ salesforce_events() }}
    ) as events

),

gone_opportunities as (

    {{ gone_ids(opportunities, 'id') }}
    {%- if has_history %}

    union

    {{ gone_ids(history, 'id') }}
    {%- endif %}

),

stage_rows as (

    select
        '{{ stages }}' as table_name,
        case
            {%- if not has_history %}
            when coalesce({{ as_code('rows_read.field') }}, '') not in ('stagename', 'stage_name') then 'other_field'
            {%- endif %}
            when gone_opportunities.id is not null then 'deleted'
        end as reason
    from {{ current_rows(history, [key] + ([] if has_history else ['field']), [], any_version=true, ids=[key]) }} as rows_read
    left join gone_opportunities
        on rows_read.{{ key }} = gone_opportunities.id

),
{%- if has_history %}

stages_read as (

    select reason
    from stage_rows
    where reason is null

),

same_stages as (

    {{ left_out_rest(stages, 'same_stage', 'stages_read', [ref('salesforce_deal_stages')]) }}

),
{%- endif %}

final as (

    {{ left_out_counts(['flagged', 'tasks', 'events', 'stage_rows'], ['same_stages'] if has_history else []) }}

)

select * from final
