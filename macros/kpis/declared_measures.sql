{#- What can stand above or below the line of a rate: the one registry. Each has an id by which rates name it, what one of it is
    (`counts`), and its definition. A rate whose two ids are not here fails a test. -#}
{% macro declared_measures() -%}
    {{ return([
        {'id': 'messages', 'counts': 'messages', 'definition': 'Delivered messages of a contact, a rep or a bot.'},
        {'id': 'inbound_messages', 'counts': 'messages', 'definition': 'Delivered messages of the contact.'},
        {'id': 'outbound_messages', 'counts': 'messages', 'definition': 'Delivered messages of a rep or a bot.'},
        {'id': 'dials', 'counts': 'messages', 'definition': 'Outbound messages in a live channel: calls tried, answered or not.'},
        {'id': 'contacts_reached', 'counts': 'messages', 'definition': 'Dials that the contact answered: the live ones.'},
        {'id': 'leads', 'counts': 'contacts', 'definition': 'Contacts with at least one conversation.'},
        {'id': 'contacts_messaged', 'counts': 'contacts', 'definition': 'Contacts to whom at least one outbound message was delivered.'},
        {'id': 'conversations', 'counts': 'conversations', 'definition': 'Runs of messages with one contact in which somebody spoke.'},
        {'id': 'live_conversations', 'counts': 'conversations', 'definition': 'Conversations with at least one live message.'},
        {'id': 'eligible_conversations', 'counts': 'conversations', 'definition': 'Conversations that a metric version counts.'},
        {'id': 'converted_conversations', 'counts': 'conversations', 'definition': 'Eligible conversations with the outcome in their window so far.'},
        {'id': 'matured_conversations', 'counts': 'conversations', 'definition': 'Eligible conversations whose window is over.'},
        {'id': 'matured_converted_conversations', 'counts': 'conversations', 'definition': 'Matured conversations with the outcome in their window.'},
        {'id': 'reviewed_dispositions', 'counts': 'conversations', 'definition': 'Conversations whose recorded disposition somebody else has reviewed.'},
        {'id': 'misrecorded_dispositions', 'counts': 'conversations', 'definition': 'Reviewed conversations that should have had another category.'},
        {'id': 'customers', 'counts': 'contacts', 'definition': 'Contacts with an outcome that brings revenue.'},
        {'id': 'repeat_customers', 'counts': 'contacts', 'definition': 'Customers with more than one of them.'},
        {'id': 'opportunities', 'counts': 'deals', 'definition': 'Deals with an opportunity created.'},
        {'id': 'waits', 'counts': 'waits', 'definition': 'Times that a contact began to wait for an answer.'},
        {'id': 'answered_waits', 'counts': 'waits', 'definition': 'Waits that a human answer ended.'},
    ]) }}
{%- endmacro %}
