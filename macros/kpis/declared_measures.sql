{#-
    What can stand above or below the line of a rate: the one registry. A rate whose two ids are not here fails a test.
    Arguments: none.
    Returns through return(): a list of mappings: id, by which rates name it; counts, what one of it is; definition, in
        a sentence.
-#}
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
        {'id': 'matured_credited_conversations', 'counts': 'conversations', 'definition': 'Matured conversations that hold credit for an outcome in their window.'},
        {'id': 'waiting_conversations', 'counts': 'conversations', 'definition': 'Eligible conversations in which the contact waited for an answer at least once.'},
        {'id': 'abandoned_conversations', 'counts': 'conversations', 'definition': 'Those of them in which one wait was longer than `abandonment_hours`.'},
        {'id': 'outcome_credit', 'counts': 'outcomes', 'definition': 'Credit of the outcomes of the period: outcomes, each split over the conversations that led to it.'},
        {'id': 'funnel_begun', 'counts': 'conversations', 'definition': 'Conversations that began a funnel long enough ago to have reached the step.'},
        {'id': 'funnel_entered', 'counts': 'conversations', 'definition': 'Those of them that reached the step before.'},
        {'id': 'funnel_advanced', 'counts': 'conversations', 'definition': 'Those that reached the step before, and the step.'},
        {'id': 'funnel_reached', 'counts': 'conversations', 'definition': 'Conversations begun long enough ago that reached the step, whether or not the one before.'},
        {'id': 'conversations_with_wait', 'counts': 'conversations', 'definition': 'Conversations in which the contact waited for an answer at least once, of any metric or none.'},
        {'id': 'answered_conversations', 'counts': 'conversations', 'definition': 'Those of them in which a human ended a wait: the first one, where the measure is of the first.'},
        {'id': 'bot_answered_first_waits', 'counts': 'conversations', 'definition': 'Those of them in which a bot wrote during the first wait.'},
        {'id': 'tried_messages', 'counts': 'messages', 'definition': 'Messages of conversations, delivered or not, but those of systems.'},
        {'id': 'failed_messages', 'counts': 'messages', 'definition': 'Those of them that were not delivered.'},
        {'id': 'opted_out_contacts', 'counts': 'contacts', 'definition': 'Contacts who opted out after what we sent them, and before we sent more.'},
        {'id': 'first_waits_due', 'counts': 'waits', 'definition': 'First waits of conversations that a target is for, answered or open for longer than it.'},
        {'id': 'first_waits_answered_in_time', 'counts': 'waits', 'definition': 'Those of them that were answered within the target.'},
        {'id': 'dial_conversions', 'counts': 'conversations', 'definition': 'Matured conversations with an answered dial that converted.'},
        {'id': 'begun_outcomes', 'counts': 'outcomes', 'definition': 'Outcomes that begin a timing, a whole window before the end is known.'},
        {'id': 'arrived_outcomes', 'counts': 'outcomes', 'definition': 'Those of them that the outcome which ends it followed within the window.'},
        {'id': 'campaign_messages', 'counts': 'messages', 'definition': 'Outbound messages delivered for a campaign.'},
        {'id': 'clicked_messages', 'counts': 'messages', 'definition': 'Those of them of which a link was clicked.'},
    ]) }}
{%- endmacro %}
