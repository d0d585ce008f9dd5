{#-
    The rows of count_input_rows with their samples shown, which is written once here and not once for each column of
    each input.
    Arguments:
        relation (relation): rows of count_input_rows.
    Returns: a query of the columns of input_rows.
-#}
{%- macro shown_counts(relation) -%}
select
        input,
        row_count,
        missing_required_count,
        unknown_direction_count,
        implausible_time_count,
        after_as_of_count,
        visible_count,
        latest_event_at,
        latest_loaded_at,
        latest_at,
        loaded_before_event_count,
        {%- for position in checked_positions() %}
        column_{{ position }}_read_count,
        column_{{ position }}_unreadable_count,
        {{ shown_samples('column_' ~ position ~ '_samples') }} as column_{{ position }}_samples{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }} as counted
{%- endmacro -%}
