{#-
    The shares of each input's rows that staging set aside: how many were read, were unusable for what they hold, were
    another version of a row that was kept, and were kept; the reasons, and what is wrong with which required column.
    Arguments: none.
    Returns: CTEs with the `with` before them, of which `shares` has one row per input that has rows.
    Mind: unusable is every reason but after_as_of, repeated_key and no_conversation.
-#}
{%- macro set_aside_shares() -%}
with set_aside as (
    select
        input,
        reason,
        row_count,
        case when reason in ('after_as_of', 'repeated_key') then 0 else row_count end as unusable_count,
        case
            when reason in ('after_as_of', 'repeated_key') or input || '.' || reason in {{ setting_accepted_losses() }} then 0
            else row_count
        end as not_accepted_count,
        case when reason = 'repeated_key' then row_count else 0 end as repeated_count
    from {{ ref('staging_set_aside') }}
    where reason <> 'no_conversation'
),

faults as (
    select
        input,
        string_agg(
            column_name
            || case when unreadable_count > 0 then ' unreadable in ' || cast(unreadable_count as varchar) || ': ' || samples else '' end
            || case when unreadable_count > 0 and missing_count > 0 then ',' else '' end
            || case when missing_count > 0 then ' missing in ' || cast(missing_count as varchar) else '' end,
            '; '
            order by column_name
        ) as columns_at_fault
    from {{ ref('staging_unreadable') }}
    where
        is_required
        and missing_count + unreadable_count > 0
    group by input
),

shares as (
    select
        input_rows.input,
        input_rows.row_count,
        cast(sum(set_aside.row_count) as bigint) as set_aside_count,
        cast(sum(set_aside.unusable_count) as bigint) as unusable_count,
        cast(sum(set_aside.not_accepted_count) as bigint) as not_accepted_count,
        cast(sum(set_aside.repeated_count) as bigint) as repeated_count,
        cast(input_rows.row_count - sum(set_aside.row_count) as bigint) as kept_count,
        string_agg(set_aside.reason || ': ' || cast(set_aside.row_count as varchar), ', ' order by set_aside.reason) as reasons,
        max(faults.columns_at_fault) as columns_at_fault
    from {{ ref('input_counts') }} as input_rows
    inner join set_aside
        on input_rows.input = set_aside.input
    left join faults
        on input_rows.input = faults.input
    where input_rows.row_count > 0
    group by
        input_rows.input,
        input_rows.row_count
)
{%- endmacro -%}
