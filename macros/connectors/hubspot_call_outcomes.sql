{#-
    The outcomes that every HubSpot account has for a call (its property hs_call_disposition holds the id), as statuses
    of the seed message_statuses. A plain literal, which `convsql init` reads too. Outcomes that an account made itself
    go by their label.
    Arguments: none.
    Returns through return(): a mapping, id of the outcome to status.
-#}
{%- macro hubspot_call_outcomes() -%}
{{ return({
    'f240bbac-87c9-4f6e-bf70-924b57d47db7': 'connected',
    '9d9162e7-6cf3-4944-bf63-4dff82258764': 'busy',
    '73a0d17f-1163-4015-bdd5-ec830791da20': 'no_answer',
    'b2cf5968-551e-4856-9783-52b3da59a7d0': 'left_voicemail',
    'a4c4c377-d246-4b32-a13b-75a56a4cd0ff': 'left_live_message',
    '17b47fee-58de-441e-a44c-c6300d46f273': 'wrong_number',
}) }}
{%- endmacro -%}
