-- Grain: one row per row of the deals of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: every column is text, as tools write times and numbers in many ways; staging types them.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set relations = [] %}
{%- set relations = relations + ([brought_input('deals')] if has_connector('raw') else []) %}
{%- set relations = relations + ([ref('hubspot_deals')] if has_connector('hubspot') else []) %}
{%- set relations = relations + ([ref('salesforce_deals')] if has_connector('salesforce') else []) %}
with

final as (

    {{ stacked_rows(relations, ['deal_id', 'created_at'], ['contact_id', 'account_id', 'owner_id', 'amount', 'currency', 'loaded_at']) }}

)

select * from final
