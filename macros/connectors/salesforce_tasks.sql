{#-
    Salesforce's tasks with what tells whether they are messages.
    Arguments: none.
    Returns: a query of the columns of the table, with channel, null for what is no call, e-mail or text, and
        is_completed: planned is what is not. is_closed tells, since an org may have closed statuses of its own; where
        neither it nor a status was loaded, what is there was logged.
-#}
{%- macro salesforce_tasks() -%}
select
        rows_read.*,
        case
            when coalesce({{ as_code('task_subtype') }}, '') like '%call%' or coalesce({{ as_code('type') }}, '') like '%call%' then 'call'
            when coalesce({{ as_code('task_subtype') }}, '') like '%email%' or coalesce({{ as_code('type') }}, '') like '%email%' then 'email'
            when coalesce({{ as_code('type') }}, '') in ('sms', 'text', 'text message') then 'sms'
        end as channel,
        case
            when {{ as_code('is_closed') }} is not null then {{ is_true('is_closed') }}
            else coalesce({{ as_code('status') }}, 'completed') = 'completed'
        end as is_completed
    from {{ current_rows(
        source('salesforce', 'task') if has_table('salesforce', 'task') else none,
        ['id', 'who_id'],
        ['owner_id', 'completed_date_time', 'created_date', 'is_closed', 'status', 'call_type', 'call_disposition',
         'call_duration_in_seconds', 'type', 'task_subtype', 'description', 'subject', '_fivetran_synced']
    ) }} as rows_read
{%- endmacro -%}
