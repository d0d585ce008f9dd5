-- Grain: one row per row of the dispositions of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: every column is text, as tools write times and numbers in many ways; staging types them.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set relations = [] %}
{%- set relations = relations + ([brought_input('dispositions')] if has_connector('raw') and brought_input('dispositions') else []) %}
{%- set relations = relations + ([ref('zendesk_dispositions')] if has_connector('zendesk') else []) %}
with

final as (

    {{ stacked_rows(relations, ['contact_id', 'code', 'recorded_at'], ['thread_id', 'message_id', 'rep_id', 'loaded_at']) }}

)

select * from final
