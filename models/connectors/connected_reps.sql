-- Grain: one row per row of the reps of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: a rep whom the raw table has, under the tool's name and id, is read from there alone: so teams and roles are corrected.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set columns = ['rep_id', 'valid_from', 'valid_to', 'name', 'team', 'role', 'territory', 'loaded_at'] %}
{%- set brought_reps = brought_input('reps') if has_connector('raw') else none %}
{%- set relations = [] %}
{%- set relations = relations + ([ref('hubspot_reps')] if has_connector('hubspot') else []) %}
{%- set relations = relations + ([ref('salesforce_reps')] if has_connector('salesforce') else []) %}
{%- set relations = relations + ([ref('zendesk_reps')] if has_connector('zendesk') else []) %}
{%- set relations = relations + ([ref('intercom_reps')] if has_connector('intercom') else []) %}
with

raw_reps as (

    {{ stacked_rows([brought_reps], columns[:1], columns[1:]) }}

),

tool_reps as (

    {{ stacked_rows(relations, columns[:1], columns[1:]) }}

),

final as (

    select * from raw_reps

    union all

    select tool_reps.*
    from tool_reps
    where not exists (select 1 from raw_reps where raw_reps.rep_id = tool_reps.rep_id)

)

select * from final
