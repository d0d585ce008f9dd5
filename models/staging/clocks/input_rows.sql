-- Grain: one row per input that is read: the four required ones and those switched on in `inputs`.
-- Mind: the rows are counted before one row is kept per key; the latest times are those of visible rows. The columns
-- column_1_… are those of checked_columns by position: staging_unreadable gives them their names. as_of hides no sentiment by itself.
{%- set others = [
    ('contacts', ['created_at'], none),
    ('deals', ['created_at'], none),
    ('lifecycle_stages', ['entered_at'], none),
    ('meetings', ['booked_at'], 'attended_at'),
    ('dispositions', ['recorded_at'], none),
    ('opt_outs', ['opted_out_at'], none),
    ('reps', [], none),
    ('rep_states', ['started_at'], none),
    ('campaigns', [], none),
    ('link_clicks', ['clicked_at'], none),
    ('experiment_assignments', ['assigned_at'], none),
    ('operational_changes', ['effective_at'], none),
    ('message_sentiments', [], none),
] %}
with clock_input_rows as (
    select * from {{ ref('clock_input_rows') }}
),

clocks as (
    select * from {{ ref('clocks') }}
),
{% for input, events, late_event in others if input in ('contacts', 'deals') or has_input(input) %}
{{ input }} as (
    {%- set is_connected = has_connector() and input in ['contacts', 'deals', 'dispositions', 'lifecycle_stages', 'meetings', 'reps'] %}
    {{ count_input_rows(
        input, ref('connected_' ~ input) if is_connected else source('raw', input),
        'clocks.as_of' if input != 'message_sentiments' else 'cast(null as timestamp)',
        events=events, late_event=late_event, clocks='clocks'
    ) }}
),
{% endfor %}
final as (
    select * from clock_input_rows
    {%- for input, events, late_event in others if input in ('contacts', 'deals') or has_input(input) %}
    union all
    select * from {{ input }}
    {%- endfor %}
)

select * from final
