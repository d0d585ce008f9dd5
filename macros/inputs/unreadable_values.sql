{#-
    What became of the values of every column: given, read, and not readable, with samples.
    Arguments:
        relation (relation): input_rows.
    Returns: a query of the columns of staging_unreadable, which is this; assertions read it too, so that they hold
        wherever input_rows is built.
-#}
{%- macro unreadable_values(relation) -%}
with checked_columns as (

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
    from {{ relation }} as input_rows
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
{%- endmacro -%}
