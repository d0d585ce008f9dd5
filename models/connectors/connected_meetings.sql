-- Grain: one row per row of the meetings of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: every column is text, as tools write times and numbers in many ways; staging types them.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set relations = [] %}
{%- set relations = relations + ([brought_input('meetings')] if has_connector('raw') and brought_input('meetings') else []) %}
{%- set relations = relations + ([ref('hubspot_meetings')] if has_connector('hubspot') else []) %}
{%- set relations = relations + ([ref('salesforce_meetings')] if has_connector('salesforce') else []) %}
with

final as (

    {{ stacked_rows(relations, ['meeting_id', 'contact_id', 'booked_at'], ['deal_id', 'kind', 'starts_at', 'status', 'attended_at', 'loaded_at']) }}

)

select * from final
