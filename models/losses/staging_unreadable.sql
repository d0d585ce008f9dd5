-- Grain: one row per input that is read and column of it.
-- Mind: a value that can't be read is null from here on, without a word anywhere else; where the column is required its row
-- is set aside as missing_required, as if nothing had been given. A sender type that is not listed is counted too, although it
-- has a meaning: the sender is then told from the direction. All rows are counted, those set aside as well. What has two readings
-- is told from the samples, so a column in which it is rare may be said to have no times or numbers instead.
with

input_rows as (

    select * from {{ ref('input_rows') }}

),

checked_columns as (

    {% call(input, number) union_of(declared_inputs() | list) -%}
    {%- call(checked, position) union_of(checked_columns(input)) -%}
    {%- set column, kind, is_required = checked -%}
    select
        '{{ input }}' as input,
        '{{ column }}' as column_name,
        {{ position }} as position,
        {{ 'true' if is_required else 'false' }} as is_required,
        {{ string_literal(unreadable_reason(kind)) }} as reason
    {%- endcall -%}
    {%- endcall %}

),

counted as (

    select
        input_rows.input,
        checked_columns.column_name,
        checked_columns.is_required,
        checked_columns.reason,
        input_rows.row_count,
        {%- for measure in ['read_count', 'unreadable_count', 'samples'] %}
        case checked_columns.position
            {%- for position in checked_positions() %}
            when {{ position }} then input_rows.column_{{ position }}_{{ measure }}
            {%- endfor %}
        end as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from input_rows
    inner join checked_columns
        on input_rows.input = checked_columns.input

),

final as (

    select
        input,
        column_name,
        case
            when unreadable_count = 0 then null
            when reason = 'no_time' and regexp_matches(samples, '''[^0-9'']*[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{2})[^0-9]') then 'two_dates'
            when reason = 'no_number' and regexp_matches(samples, '''[^0-9'']*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9.,'']*''') then 'two_numbers'
            else reason
        end as reason,
        is_required,
        samples,
        row_count,
        row_count - read_count - unreadable_count as missing_count,
        read_count + unreadable_count as given_count,
        read_count,
        unreadable_count
    from counted

)

select * from final
