{#-
    Tool, input and columns for each model of a connector: the columns that it can fill beyond those that every row must
    have. Where a connector has nothing to say (Twilio's threads, Zendesk's statuses) the column is not listed.
    Arguments: none.
    Returns through return(): a list of (tool, input, list of names of columns).
-#}
{%- macro connector_columns() -%}
{{ return([
    ('hubspot', 'messages', ['thread_id', 'rep_id', 'status', 'talk_seconds', 'body', 'loaded_at']),
    ('hubspot', 'contacts', [
        'account_id', 'persona', 'industry', 'source', 'created_at', 'loaded_at', 'email', 'phone', 'mobile',
    ]),
    ('hubspot', 'deals', ['contact_id', 'account_id', 'owner_id', 'amount', 'currency', 'loaded_at']),
    ('hubspot', 'deal_stages', ['loaded_at']),
    ('hubspot', 'lifecycle_stages', ['loaded_at']),
    ('hubspot', 'meetings', ['deal_id', 'kind', 'starts_at', 'status', 'attended_at', 'loaded_at']),
    ('hubspot', 'reps', ['name', 'loaded_at']),
    ('salesforce', 'messages', ['rep_id', 'status', 'talk_seconds', 'body', 'loaded_at']),
    ('salesforce', 'contacts', [
        'account_id', 'persona', 'industry', 'source', 'created_at', 'loaded_at', 'email', 'phone', 'mobile',
    ]),
    ('salesforce', 'deals', ['contact_id', 'account_id', 'owner_id', 'amount', 'currency', 'loaded_at']),
    ('salesforce', 'deal_stages', ['loaded_at']),
    ('salesforce', 'meetings', ['deal_id', 'kind', 'starts_at', 'loaded_at']),
    ('salesforce', 'reps', ['name', 'team', 'loaded_at']),
    ('twilio', 'messages', ['status', 'talk_seconds', 'body', 'cost', 'loaded_at']),
    ('zendesk', 'messages', ['rep_id', 'body', 'loaded_at']),
    ('zendesk', 'contacts', ['account_id', 'created_at', 'loaded_at', 'email', 'phone']),
    ('zendesk', 'reps', ['name', 'loaded_at']),
    ('intercom', 'messages', ['rep_id', 'body', 'loaded_at']),
    ('intercom', 'contacts', ['persona', 'created_at', 'loaded_at', 'email', 'phone']),
    ('intercom', 'reps', ['name', 'loaded_at']),
]) }}
{%- endmacro -%}
