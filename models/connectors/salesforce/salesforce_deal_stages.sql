-- Grain: one row per entry of an opportunity of Salesforce into a stage.
-- Mind: opportunity_history has a row per change of anything: only those in which the stage is another than before are
-- entries. Where it is not there, opportunity_field_history is read: the first change also says the stage at the beginning.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
{%- set has_history = has_table('salesforce', 'opportunity_history') %}
with

versions as (

    {%- if has_history %}
    select
        {{ as_text('id') }} as opportunity_id,
        cast(_fivetran_start as varchar) as entered_at,
        max({{ as_text('stage_name') }}) as stage,
        max(cast(_fivetran_synced as varchar)) as loaded_at
    from {{ raw_rows(
        source('salesforce', 'opportunity_history'), ['id', 'stage_name', '_fivetran_start'], ['is_deleted', '_fivetran_synced']
    ) }} as rows_read
    where not {{ is_true('is_deleted') }}
    group by
        {{ as_text('id') }},
        cast(_fivetran_start as varchar)
    {%- else %}
    select
        {{ as_text('opportunity_id') }} as opportunity_id,
        cast(created_date as varchar) as entered_at,
        max({{ as_text('new_value') }}) as stage,
        max(cast(_fivetran_synced as varchar)) as loaded_at
    from {{ raw_rows(
        source('salesforce', 'opportunity_field_history') if has_table('salesforce', 'opportunity_field_history') else none,
        ['opportunity_id', 'field', 'new_value', 'created_date'], ['_fivetran_synced']
    ) }} as rows_read
    where {{ as_code('field') }} in ('stagename', 'stage_name')
    group by
        {{ as_text('opportunity_id') }},
        cast(created_date as varchar)
    {%- endif %}

),

{%- if not has_history %}

first_changes as (

    select
        {{ as_text('opportunity_id') }} as opportunity_id,
        min(cast(created_date as varchar)) as changed_at
    from {{ raw_rows(
        source('salesforce', 'opportunity_field_history') if has_table('salesforce', 'opportunity_field_history') else none,
        ['opportunity_id', 'field', 'created_date'], []
    ) }} as rows_read
    where {{ as_code('field') }} in ('stagename', 'stage_name')
    group by {{ as_text('opportunity_id') }}

),

beginnings as (

    select
        {{ as_text('opportunities.id') }} as opportunity_id,
        cast(opportunities.created_date as varchar) as entered_at,
        max(coalesce({{ as_text('changes.old_value') }}, {{ as_text('opportunities.stage_name') }})) as stage,
        max(cast(opportunities._fivetran_synced as varchar)) as loaded_at
    from {{ raw_rows(
        source('salesforce', 'opportunity') if has_table('salesforce', 'opportunity') else none,
        ['id', 'created_date'], ['stage_name', 'is_deleted', '_fivetran_synced']
    ) }} as opportunities
    left join first_changes
        on cast(opportunities.id as varchar) = first_changes.opportunity_id
    left join {{ raw_rows(
        source('salesforce', 'opportunity_field_history') if has_table('salesforce', 'opportunity_field_history') else none,
        ['opportunity_id', 'field', 'created_date'], ['old_value']
    ) }} as changes
        on first_changes.opportunity_id = cast(changes.opportunity_id as varchar)
        and first_changes.changed_at = cast(changes.created_date as varchar)
        and {{ as_code('changes.field') }} in ('stagename', 'stage_name')
    where not {{ is_true('opportunities.is_deleted') }}
    group by
        {{ as_text('opportunities.id') }},
        cast(opportunities.created_date as varchar)

),
{%- endif %}

all_versions as (

    select * from versions
    {%- if not has_history %}
    union all
    select * from beginnings
    {%- endif %}

),

compared as (

    select
        opportunity_id,
        stage,
        entered_at,
        loaded_at,
        lag(stage) over (partition by opportunity_id order by entered_at, stage, loaded_at) as stage_before
    from all_versions

),

final as (

    select
        'salesforce:' || opportunity_id as deal_id,
        stage,
        entered_at,
        loaded_at
    from compared
    where stage is distinct from stage_before

)

select * from final
