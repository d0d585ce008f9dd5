-- Grain: one row per row of the stages of contacts of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: every column is text, as tools write times and numbers in many ways; staging types them.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set relations = [] %}
{%- set relations = relations + ([brought_input('lifecycle_stages')] if has_connector('raw') and brought_input('lifecycle_stages') else []) %}
{%- set relations = relations + ([ref('hubspot_lifecycle_stages')] if has_connector('hubspot') else []) %}
with

final as (

    {{ stacked_rows(relations, ['contact_id', 'stage', 'entered_at'], ['loaded_at']) }}

)

select * from final
