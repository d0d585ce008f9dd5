{#-
    The columns of `input_rows` that say what became of the values of an input's columns (`checked_columns`), by
    position: how many were read, how many were given and could not be read, and up to three of those (samples_of).
    Arguments:
        input (text): a name of declared_inputs().
    Returns: SQL select items over `<column>_read` and `<column>_lost`, three for each of checked_positions(); nulls for
        the positions that the input has no column for.
-#}
{%- macro column_counts(input) -%}
{%- set checked = checked_columns(input) -%}
{%- for position in checked_positions() -%}
{%- if position <= checked | length %}
    {%- set column, kind, is_required = checked[position - 1] %}
        count({{ column }}_read) as column_{{ position }}_read_count,
    {%- if unreadable_reason(kind) is none %}
        cast(0 as bigint) as column_{{ position }}_unreadable_count,
        cast(null as varchar) as column_{{ position }}_samples
    {%- else %}
        count({{ column }}_lost) as column_{{ position }}_unreadable_count,
        {{ samples_of(column ~ '_lost', is_lost_value=true) }} as column_{{ position }}_samples
    {%- endif %}
{%- else %}
        cast(null as bigint) as column_{{ position }}_read_count,
        cast(null as bigint) as column_{{ position }}_unreadable_count,
        cast(null as varchar) as column_{{ position }}_samples
{%- endif -%}
        {{- ',' if not loop.last }}
{%- endfor -%}
{%- endmacro -%}
