-- Grain: one row per entry of an opportunity of Salesforce into a stage.
-- Mind: opportunity_history has a row per change of anything: only those in which the stage is another than before are
-- entries. Where it is not there, opportunity_field_history is read: the first change also says, by its old value, the stage since the
-- opportunity was created. Where neither is, the versions of opportunity are, and without versions the stage it is in, since it last changed.
{{ config(enabled=('salesforce' in (var('connectors', none) or []))) }}
{%- set opportunity = source('salesforce', 'opportunity') if has_table('salesforce', 'opportunity') else none %}
{%- set has_history = has_table('salesforce', 'opportunity_history') %}
{%- set has_changes = not has_history and has_table('salesforce', 'opportunity_field_history') %}
{%- set history = source('salesforce', 'opportunity_history') if has_history else none %}
with

gone_opportunities as (

    {{ gone_ids(opportunity, 'id') }}

    union

    {{ gone_ids(history, 'id') }}

),

{%- if has_changes %}

opportunities as (

    select
        {{ as_id('rows_read.id') }} as opportunity_id,
        cast(rows_read.created_date as varchar) as created_at,
        {{ as_text('rows_read.stage_name') }} as stage,
        cast(rows_read._fivetran_synced as varchar) as loaded_at
    from {{ current_rows(opportunity, ['id', 'created_date'], ['stage_name', '_fivetran_synced']) }} as rows_read

),

changes as (

    select
        {{ as_id('rows_read.opportunity_id') }} as opportunity_id,
        cast(rows_read.created_date as varchar) as entered_at,
        max({{ as_text('rows_read.old_value') }}) as old_stage,
        max({{ as_text('rows_read.new_value') }}) as new_stage,
        max(cast(rows_read._fivetran_synced as varchar)) as loaded_at
    from {{ current_rows(
        source('salesforce', 'opportunity_field_history'),
        ['opportunity_id', 'field', 'created_date'], ['old_value', 'new_value', '_fivetran_synced'], any_version=true
    ) }} as rows_read
    where {{ as_code('rows_read.field') }} in ('stagename', 'stage_name')
    group by
        {{ as_id('rows_read.opportunity_id') }},
        cast(rows_read.created_date as varchar)

),

ordered_changes as (

    select
        changes.*,
        row_number() over (partition by opportunity_id order by entered_at) as change_number,
        lead(old_stage) over (partition by opportunity_id order by entered_at) as next_old_stage
    from changes

),

-- what a change does not say the next one may, and of the last one where the opportunity is now
entries as (

    select
        ordered_changes.opportunity_id,
        ordered_changes.entered_at,
        coalesce(ordered_changes.new_stage, ordered_changes.next_old_stage, opportunities.stage) as stage,
        ordered_changes.loaded_at
    from ordered_changes
    left join opportunities
        on ordered_changes.opportunity_id = opportunities.opportunity_id

    union all

    select
        opportunities.opportunity_id,
        opportunities.created_at as entered_at,
        case
            when ordered_changes.opportunity_id is null then opportunities.stage
            else ordered_changes.old_stage
        end as stage,
        opportunities.loaded_at
    from opportunities
    left join ordered_changes
        on
            opportunities.opportunity_id = ordered_changes.opportunity_id
            and ordered_changes.change_number = 1

),
{%- elif has_history %}

entries as (

    select
        {{ as_id('rows_read.id') }} as opportunity_id,
        cast(rows_read._fivetran_start as varchar) as entered_at,
        {{ as_text('rows_read.stage_name') }} as stage,
        cast(rows_read._fivetran_synced as varchar) as loaded_at
    from {{ current_rows(history, ['id', 'stage_name', '_fivetran_start'], ['_fivetran_synced'], any_version=true) }} as rows_read

),
{%- else %}

entries as (

    select
        {{ as_id('rows_read.id') }} as opportunity_id,
        coalesce(
            {{ as_text('rows_read._fivetran_start') }},
            {{ as_text('rows_read.last_stage_change_date') }},
            cast(rows_read.created_date as varchar)
        ) as entered_at,
        {{ as_text('rows_read.stage_name') }} as stage,
        cast(rows_read._fivetran_synced as varchar) as loaded_at
    from {{ current_rows(
        opportunity, ['id', 'created_date'],
        ['stage_name', '_fivetran_start', 'last_stage_change_date', '_fivetran_synced'], any_version=true
    ) }} as rows_read

),
{%- endif %}

stages as (

    select
        opportunity_id,
        entered_at,
        max(stage) as stage,
        max(loaded_at) as loaded_at
    from entries
    where stage is not null
    group by
        opportunity_id,
        entered_at

),

compared as (

    select
        stages.*,
        lag(stage) over (partition by opportunity_id order by entered_at) as stage_before
    from stages

),

final as (

    select
        'salesforce:' || compared.opportunity_id as deal_id,
        compared.stage,
        compared.entered_at,
        compared.loaded_at
    from compared
    left join gone_opportunities
        on compared.opportunity_id = gone_opportunities.id
    where
        compared.stage is distinct from compared.stage_before
        and gone_opportunities.id is null

)

select * from final
