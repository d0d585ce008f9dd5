{#-
    What the inputs name of each other: which column holds the key of a row of which input. A plain literal, as in
    declared_inputs. Of each reference:
        input, column, referred input, its column
        whether the key must meet: true where figures are empty when it does not, so that a build fails; false where
            it only ends in a warning
        whether most keys meet: true where a key without a partner is a fault; false where such keys are ordinary, as
            accounts of which we know no contact are
    Arguments: none.
    Returns through return(): a list of such lists, of which no two have the same input, column, and referred input.
-#}
{%- macro declared_references() -%}
{{ return([
    ['messages', 'contact_id', 'contacts', 'contact_id', True, True],
    ['messages', 'rep_id', 'reps', 'rep_id', False, True],
    ['messages', 'campaign_id', 'campaigns', 'campaign_id', False, True],
    ['contacts', 'merged_into', 'contacts', 'contact_id', False, True],
    ['deals', 'contact_id', 'contacts', 'contact_id', True, True],
    ['deals', 'account_id', 'contacts', 'account_id', False, False],
    ['deals', 'owner_id', 'reps', 'rep_id', False, True],
    ['deal_stages', 'deal_id', 'deals', 'deal_id', True, True],
    ['lifecycle_stages', 'contact_id', 'contacts', 'contact_id', True, True],
    ['meetings', 'contact_id', 'contacts', 'contact_id', True, True],
    ['meetings', 'deal_id', 'deals', 'deal_id', False, True],
    ['dispositions', 'contact_id', 'contacts', 'contact_id', True, True],
    ['dispositions', 'thread_id', 'messages', 'thread_id', False, True],
    ['dispositions', 'message_id', 'messages', 'message_id', False, True],
    ['dispositions', 'rep_id', 'reps', 'rep_id', False, True],
    ['opt_outs', 'contact_id', 'contacts', 'contact_id', True, False],
    ['rep_states', 'rep_id', 'reps', 'rep_id', False, True],
    ['link_clicks', 'message_id', 'messages', 'message_id', True, False],
    ['experiment_assignments', 'contact_id', 'contacts', 'contact_id', True, False],
    ['delivery_failures', 'message_id', 'messages', 'message_id', True, False],
    ['consents', 'contact_id', 'contacts', 'contact_id', True, False],
    ['rosters', 'rep_id', 'reps', 'rep_id', False, True],
]) }}
{%- endmacro -%}
