{#-
    Salesforce's events with what tells whether they are meetings.
    Arguments: none.
    Returns: a query of the columns of the table, with is_meeting: not the copies that an event has in the calendars of
        those invited (is_child), the pattern of a series (is_recurrence, group_event_type 3; its dates are events
        themselves), nor what is only proposed (group_event_type 2).
-#}
{%- macro salesforce_events() -%}
select
        rows_read.*,
        not {{ is_true('is_child') }}
        and not {{ is_true('is_recurrence') }}
        and coalesce({{ as_code('group_event_type') }}, '0') not in ('2', '3') as is_meeting
    from {{ current_rows(
        source('salesforce', 'event') if has_table('salesforce', 'event') else none,
        ['id', 'who_id'],
        ['what_id', 'type', 'created_date', 'activity_date_time', 'start_date_time', 'activity_date', 'is_child', 'is_recurrence',
         'group_event_type', '_fivetran_synced']
    ) }} as rows_read
{%- endmacro -%}
