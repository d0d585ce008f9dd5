{#-
    A test of contact_match_losses: addresses and numbers by which contacts could not be matched, as several contacts
    of one tool have them (an office's phone, a family's); and, from the share `unreadable_warn_share` of a tool's
    contacts on, ones that can't be read.
    Arguments:
        model (relation): contact_match_losses.
    Returns: a query of the rows at fault; no rows when the test passes.
-#}
{% test contacts_share_no_keys(model) %}
select
    tool,
    match_by,
    reason,
    contact_count,
    given_count,
    samples
from {{ model }}
where
    reason <> 'unreadable'
    or cast(contact_count as double) / given_count >= {{ setting_unreadable_warn_share() }}
{% endtest %}
