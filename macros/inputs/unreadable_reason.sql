{#-
    Why a value of a kind of column could not be read.
    Arguments:
        kind (text): a kind of declared_inputs.
    Returns through return(): a text of staging_unreadable.reason; none for a kind of which every value can be read.
-#}
{%- macro unreadable_reason(kind) -%}
{{ return({
    'id': 'digits_lost',
    'time': 'no_time',
    'open_time': 'no_time',
    'number': 'no_number',
    'duration': 'no_duration',
    'score': 'no_score',
    'direction': 'not_listed',
    'sender_type': 'not_listed',
}.get(kind)) }}
{%- endmacro -%}
