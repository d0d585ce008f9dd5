{#-
    The columns of `input_rows` that say what became of the values of the columns checked (`checked_columns`), by
    position: how many were read, how many were given and could not be read, and up to three of those.
    Arguments:
        input (text, default none): a name of declared_inputs(); read only when aggregated.
        aggregated (boolean, default false): true for sums over `<column>_read` and `<column>_lost`; without, the names
            alone.
    Returns: SQL select items, three for each of checked_positions(); nulls for the positions that the input has no
        column for.
    Mind: the samples are the least text, the greatest, and the one whose md5 is least, which is as good as drawn by lot
        and yet the same on every build.
-#}
{%- macro column_counts(input=none, aggregated=false) -%}
{%- set checked = checked_columns(input) if aggregated else [] -%}
{%- for position in checked_positions() -%}
{%- if not aggregated %}
        column_{{ position }}_read_count,
        column_{{ position }}_unreadable_count,
        column_{{ position }}_samples
        {{- ',' if not loop.last }}
{%- elif position <= checked | length %}
    {%- set column, kind, is_required = checked[position - 1] %}
        count({{ column }}_read) as column_{{ position }}_read_count,
    {%- if kind in ('text', 'code') %}
        cast(0 as bigint) as column_{{ position }}_unreadable_count,
        cast(null as varchar) as column_{{ position }}_samples
    {%- else %}
        count({{ column }}_lost) as column_{{ position }}_unreadable_count,
        {{ samples_of(column ~ '_lost') }} as column_{{ position }}_samples
    {%- endif %}
        {{- ',' if not loop.last }}
{%- else %}
        cast(null as bigint) as column_{{ position }}_read_count,
        cast(null as bigint) as column_{{ position }}_unreadable_count,
        cast(null as varchar) as column_{{ position }}_samples
        {{- ',' if not loop.last }}
{%- endif -%}
{%- endfor -%}
{%- endmacro -%}
