-- Grain: one row per row of the messages of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: every column is text, as tools write times and numbers in many ways; staging types them.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set relations = [] %}
{%- set relations = relations + ([brought_input('messages')] if has_connector('raw') else []) %}
{%- set relations = relations + ([ref('twilio_messages')] if has_connector('twilio') else []) %}
{%- set relations = relations + ([ref('hubspot_messages')] if has_connector('hubspot') else []) %}
{%- set relations = relations + ([ref('salesforce_messages')] if has_connector('salesforce') else []) %}
{%- set relations = relations + ([ref('zendesk_messages')] if has_connector('zendesk') else []) %}
{%- set relations = relations + ([ref('intercom_messages')] if has_connector('intercom') else []) %}
with

final as (

    {{ stacked_rows(relations, ['message_id', 'contact_id', 'channel', 'direction', 'sent_at'], [
    'thread_id', 'sender_type', 'rep_id', 'status', 'talk_seconds', 'campaign_id', 'body', 'cost', 'loaded_at'
]) }}

)

select * from final
