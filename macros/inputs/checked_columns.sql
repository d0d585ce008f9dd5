{#-
    The columns of an input of which staging may lose a value: the required ones, and those that are typed. Each is a list of
    name, kind (text, code, direction, sender_type, time, open_time (one that need never come), number or score) and whether it is required, in the order in which
    `input_rows` counts them.
-#}
{%- macro checked_columns(input) -%}
{%- set of_inputs = {
    'messages': [
        ['message_id', 'text', true], ['contact_id', 'text', true], ['channel', 'code', true],
        ['direction', 'direction', true], ['sent_at', 'time', true], ['sender_type', 'sender_type', false],
        ['talk_seconds', 'number', false], ['cost', 'number', false], ['loaded_at', 'time', false],
    ],
    'contacts': [['contact_id', 'text', true], ['created_at', 'time', false], ['loaded_at', 'time', false]],
    'deals': [
        ['deal_id', 'text', true], ['created_at', 'time', true], ['amount', 'number', false], ['loaded_at', 'time', false],
    ],
    'deal_stages': [
        ['deal_id', 'text', true], ['stage', 'code', true], ['entered_at', 'time', true], ['loaded_at', 'time', false],
    ],
    'lifecycle_stages': [
        ['contact_id', 'text', true], ['stage', 'code', true], ['entered_at', 'time', true], ['loaded_at', 'time', false],
    ],
    'meetings': [
        ['meeting_id', 'text', true], ['contact_id', 'text', true], ['booked_at', 'time', true],
        ['starts_at', 'time', false], ['attended_at', 'time', false], ['loaded_at', 'time', false],
    ],
    'dispositions': [
        ['contact_id', 'text', true], ['code', 'code', true], ['recorded_at', 'time', true], ['loaded_at', 'time', false],
    ],
    'opt_outs': [['contact_id', 'text', true], ['opted_out_at', 'time', true], ['loaded_at', 'time', false]],
    'reps': [
        ['rep_id', 'text', true], ['valid_from', 'open_time', false], ['valid_to', 'open_time', false], ['loaded_at', 'time', false],
    ],
    'rep_states': [
        ['rep_id', 'text', true], ['state', 'code', true], ['started_at', 'time', true],
        ['ended_at', 'time', false], ['loaded_at', 'time', false],
    ],
    'campaigns': [['campaign_id', 'text', true], ['cost', 'number', false], ['loaded_at', 'time', false]],
    'link_clicks': [['message_id', 'text', true], ['clicked_at', 'time', true], ['loaded_at', 'time', false]],
    'experiment_assignments': [
        ['contact_id', 'text', true], ['experiment', 'text', true], ['variant', 'text', true],
        ['assigned_at', 'time', true], ['loaded_at', 'time', false],
    ],
    'operational_changes': [
        ['change_id', 'text', true], ['kind', 'code', true], ['effective_at', 'time', true], ['loaded_at', 'time', false],
    ],
    'message_sentiments': [
        ['message_id', 'text', true], ['model', 'text', true], ['compound', 'score', true], ['loaded_at', 'time', false],
    ],
} -%}
{{ return(of_inputs[input]) }}
{%- endmacro -%}
