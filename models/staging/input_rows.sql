-- Grain: one row per input that is read: the four required ones and those switched on in `inputs`.
-- Mind: the rows are counted before one row is kept per key; the latest times are those of visible rows.
{%- set others = [
    ('contacts', ['contact_id'], [], ['created_at'], none),
    ('deals', ['deal_id'], ['created_at'], ['created_at'], none),
    ('lifecycle_stages', ['contact_id', 'stage'], ['entered_at'], ['entered_at'], none),
    ('meetings', ['meeting_id', 'contact_id'], ['booked_at'], ['booked_at'], 'attended_at'),
    ('dispositions', ['contact_id', 'code'], ['recorded_at'], ['recorded_at'], none),
    ('opt_outs', ['contact_id'], ['opted_out_at'], ['opted_out_at'], none),
    ('reps', ['rep_id'], [], [], none),
    ('rep_states', ['rep_id', 'state'], ['started_at'], ['started_at'], none),
    ('campaigns', ['campaign_id'], [], [], none),
    ('link_clicks', ['message_id'], ['clicked_at'], ['clicked_at'], none),
    ('experiment_assignments', ['contact_id', 'experiment', 'variant'], ['assigned_at'], ['assigned_at'], none),
    ('operational_changes', ['change_id', 'kind'], ['effective_at'], ['effective_at'], none),
] %}
with clock_input_rows as (
    select * from {{ ref('clock_input_rows') }}
),

clocks as (
    select * from {{ ref('clocks') }}
),
{% for input, texts, times, events, late_event in others if input in ('contacts', 'deals') or has_input(input) %}
{{ input }} as (
    {%- set is_connected = has_connector() and input in ['contacts', 'deals', 'dispositions', 'lifecycle_stages', 'meetings', 'reps'] %}
    {{ count_input_rows(
        input, ref('connected_' ~ input) if is_connected else source('raw', input), 'clocks.as_of',
        texts=texts, times=times, events=events, late_event=late_event, clocks='clocks'
    ) }}
),
{% endfor %}
final as (
    select * from clock_input_rows
    {%- for input, texts, times, events, late_event in others if input in ('contacts', 'deals') or has_input(input) %}
    union all
    select * from {{ input }}
    {%- endfor %}
)

select * from final
