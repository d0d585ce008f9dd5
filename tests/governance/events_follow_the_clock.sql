-- No event is dated more than a day after its own loaded_at, and none, nor any loaded_at, after the wall clock of the build:
-- one timestamp in 2099 must not move the clocks. This is the only place that reads the wall clock, and no result depends on it.
-- Mind: only rows that are seen are looked at; a row hidden by as_of, or set aside, moves no clock.
with input_rows as (
    select * from {{ ref('input_counts') }}
)

select
    input,
    latest_event_at,
    latest_loaded_at,
    loaded_before_event_count,
    case input
        {%- for input, declared in declared_inputs().items() if declared.get('event') %}
        when '{{ input }}' then 'correct the rows of {{ input }} with the latest {{ declared.event }}, in the file or in models/inputs/{{ input }}.sql'
        {%- endfor %}
        else 'correct the rows with the latest loaded_at'
    end
    || '; to set them aside, and count them, write plausible_times: {to: "YYYY-MM-DD"} in vars.yml, the last day that can be true' as what_to_do
from input_rows
where
    loaded_before_event_count > 0
    or latest_event_at > cast(current_timestamp at time zone 'UTC' as timestamp)
    or latest_loaded_at > cast(current_timestamp at time zone 'UTC' as timestamp)
