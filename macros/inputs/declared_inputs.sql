{#-
    The inputs: the one registry. Staging, its counts, `convsql init`, the schema of variables and docs/inputs.md all
    read it. Of each input:
        columns      name, kind and whether a row must have it, in the order by which two rows of one key are compared;
                     kinds: id, label (a name of a class, kept to the letter), text (what someone wrote, in which no
                     word means that nothing is given), code, direction, sender_type, time, open_time (an end that need
                     never come), number, duration (in seconds), score
        key          the columns of which staging keeps one row each
        event        the column that says when it happened, which as_of hides; none where only the load does
        late_event   a time that may come later: as_of nulls it instead of hiding its row
        is_required, is_connected, is_timeless   true where no project does without it, where connectors bring it too,
                     where as_of hides none of its rows
        is_beside    true where no clock and no definition reads it, so that it can be switched on under locked metrics
    Arguments: none.
    Returns through return(): a mapping of an input's name to these, in the order in which inputs are listed.
    Mind: Python reads the same text (convsql/definitions/read_inputs.py), so it is a plain literal of both: True, False
        and None, no expressions, no comments inside. An input has a table in models/staging/sources.yml and a model
        stg_<input>.
-#}
{%- macro declared_inputs() -%}
{{ return({
    'messages': {
        'is_required': True,
        'is_connected': True,
        'columns': [
            ['message_id', 'id', True], ['contact_id', 'id', True], ['channel', 'code', True],
            ['direction', 'direction', True], ['sent_at', 'time', True], ['thread_id', 'id', False],
            ['sender_type', 'sender_type', False], ['rep_id', 'id', False], ['status', 'code', False],
            ['talk_seconds', 'duration', False], ['campaign_id', 'id', False], ['body', 'text', False],
            ['cost', 'number', False], ['loaded_at', 'time', False],
        ],
        'key': ['message_id'],
        'event': 'sent_at',
    },
    'contacts': {
        'is_required': True,
        'is_connected': True,
        'columns': [
            ['contact_id', 'id', True], ['account_id', 'id', False], ['persona', 'label', False],
            ['industry', 'code', False], ['source', 'label', False], ['territory', 'label', False],
            ['created_at', 'time', False], ['merged_into', 'id', False], ['loaded_at', 'time', False],
        ],
        'key': ['contact_id'],
        'event': 'created_at',
    },
    'deals': {
        'is_required': True,
        'is_connected': True,
        'columns': [
            ['deal_id', 'id', True], ['contact_id', 'id', False], ['account_id', 'id', False],
            ['owner_id', 'id', False], ['amount', 'number', False], ['currency', 'code', False],
            ['created_at', 'time', True], ['loaded_at', 'time', False],
        ],
        'key': ['deal_id'],
        'event': 'created_at',
    },
    'deal_stages': {
        'is_required': True,
        'is_connected': True,
        'columns': [
            ['deal_id', 'id', True], ['stage', 'code', True], ['entered_at', 'time', True],
            ['loaded_at', 'time', False],
        ],
        'key': ['deal_id', 'stage', 'entered_at'],
        'event': 'entered_at',
    },
    'lifecycle_stages': {
        'is_connected': True,
        'columns': [
            ['contact_id', 'id', True], ['stage', 'code', True], ['entered_at', 'time', True],
            ['loaded_at', 'time', False],
        ],
        'key': ['contact_id', 'stage', 'entered_at'],
        'event': 'entered_at',
    },
    'meetings': {
        'is_connected': True,
        'columns': [
            ['meeting_id', 'id', True], ['contact_id', 'id', True], ['deal_id', 'id', False],
            ['kind', 'code', False], ['booked_at', 'time', True], ['starts_at', 'time', False],
            ['status', 'code', False], ['attended_at', 'time', False], ['loaded_at', 'time', False],
        ],
        'key': ['meeting_id'],
        'event': 'booked_at',
        'late_event': 'attended_at',
    },
    'dispositions': {
        'is_connected': True,
        'columns': [
            ['contact_id', 'id', True], ['thread_id', 'id', False], ['message_id', 'id', False],
            ['code', 'code', True], ['recorded_at', 'time', True], ['rep_id', 'id', False],
            ['loaded_at', 'time', False],
        ],
        'key': ['contact_id', 'thread_id', 'message_id', 'code', 'recorded_at'],
        'event': 'recorded_at',
    },
    'opt_outs': {
        'columns': [
            ['contact_id', 'id', True], ['channel', 'code', False], ['opted_out_at', 'time', True],
            ['loaded_at', 'time', False],
        ],
        'key': ['contact_id', 'channel', 'opted_out_at'],
        'event': 'opted_out_at',
    },
    'reps': {
        'is_connected': True,
        'columns': [
            ['rep_id', 'id', True], ['valid_from', 'open_time', False], ['valid_to', 'open_time', False],
            ['name', 'text', False], ['team', 'label', False], ['role', 'code', False], ['territory', 'label', False],
            ['loaded_at', 'time', False],
        ],
        'key': ['rep_id', 'valid_from'],
        'event': None,
    },
    'rep_states': {
        'columns': [
            ['rep_id', 'id', True], ['state', 'code', True], ['started_at', 'time', True],
            ['ended_at', 'time', False], ['loaded_at', 'time', False],
        ],
        'key': ['rep_id', 'state', 'started_at'],
        'event': 'started_at',
    },
    'campaigns': {
        'columns': [
            ['campaign_id', 'id', True], ['name', 'text', False], ['kind', 'code', False],
            ['cost', 'number', False], ['loaded_at', 'time', False],
        ],
        'key': ['campaign_id'],
        'event': None,
    },
    'link_clicks': {
        'columns': [['message_id', 'id', True], ['clicked_at', 'time', True], ['loaded_at', 'time', False]],
        'key': ['message_id', 'clicked_at'],
        'event': 'clicked_at',
    },
    'experiment_assignments': {
        'columns': [
            ['contact_id', 'id', True], ['experiment', 'label', True], ['variant', 'label', True],
            ['assigned_at', 'time', True], ['loaded_at', 'time', False],
        ],
        'key': ['contact_id', 'experiment'],
        'event': 'assigned_at',
    },
    'operational_changes': {
        'columns': [
            ['change_id', 'id', True], ['kind', 'code', True], ['effective_at', 'time', True],
            ['scope', 'label', False], ['description', 'text', False], ['loaded_at', 'time', False],
        ],
        'key': ['change_id'],
        'event': 'effective_at',
    },
    'message_sentiments': {
        'is_timeless': True,
        'columns': [
            ['message_id', 'id', True], ['model', 'label', True], ['compound', 'score', True],
            ['loaded_at', 'time', False],
        ],
        'key': ['message_id', 'model'],
        'event': None,
    },
    'delivery_failures': {
        'is_beside': True,
        'columns': [
            ['message_id', 'id', True], ['code', 'code', True], ['failed_at', 'time', True],
            ['loaded_at', 'time', False],
        ],
        'key': ['message_id', 'code', 'failed_at'],
        'event': 'failed_at',
    },
    'consents': {
        'is_beside': True,
        'columns': [
            ['contact_id', 'id', True], ['channel', 'code', False], ['source', 'label', False],
            ['consented_at', 'time', True], ['loaded_at', 'time', False],
        ],
        'key': ['contact_id', 'channel', 'consented_at'],
        'event': 'consented_at',
    },
    'rosters': {
        'is_beside': True,
        'columns': [
            ['rep_id', 'id', True], ['starts_at', 'time', True], ['ends_at', 'time', True],
            ['loaded_at', 'time', False],
        ],
        'key': ['rep_id', 'starts_at'],
        'event': None,
    },
}) }}
{%- endmacro -%}
