{#-
    One row of counts about an input, in one look at it: what staging sets aside before it looks at keys, the latest
    times of what it shows, and the values of its columns that were read and that could not be.
    Arguments:
        input (text): a name of declared_inputs().
        relation (relation): its raw rows; none for an input that is not switched on.
        as_of (SQL): the moment that hides what is later, a column of `clocks` where that relation is given; null hides
            nothing.
        clocks (relation, default none): a relation of one row that has as_of, or none.
    Returns: a query of one row, for `input_rows`.
    Mind: a row is counted under the first reason that applies: missing_required, unknown_direction, implausible_time,
        after_as_of. A required time out of the span of plausible_times was read; its row is set aside under a reason of
        its own.
-#}
{%- macro count_input_rows(input, relation, as_of, clocks=none) -%}
{%- set event = declared_inputs()[input].get('event') -%}
{%- set late_event = declared_inputs()[input].get('late_event') -%}
{%- set checked = checked_columns(input) -%}
{%- set required = checked | selectattr(2) | map(attribute=0) | list -%}
{%- set optional = checked | rejectattr(2) | map(attribute=0) | list -%}
select
        '{{ input }}' as input,
        count(*) as row_count,
        {%- for reason in ['missing_required', 'unknown_direction', 'implausible_time', 'after_as_of', 'visible'] %}
        cast(coalesce(sum(case when state = '{{ reason }}' then 1 else 0 end), 0) as bigint) as {{ reason }}_count,
        {%- endfor %}
        max(case when state = 'visible' then event_at end) as latest_event_at,
        max(case when state = 'visible' then loaded_at end) as latest_loaded_at,
        max(case when state = 'visible' then coalesce(loaded_at, event_at) end) as latest_at,
        cast(coalesce(sum(case when state = 'visible' and event_at > loaded_at + interval '1' day then 1 else 0 end), 0) as bigint)
            as loaded_before_event_count,
        {{- column_counts(input, aggregated=true) }}
    from (
        select
            loaded_at,
            {%- if late_event is not none %}
            case when {{ late_event }} > event_at and {{ is_visible('as_of', [late_event]) }} then {{ late_event }} else event_at end as event_at,
            {%- else %}
            event_at,
            {%- endif %}
            {%- for column, kind, is_required in checked %}
            {%- if kind in ('text', 'code') %}
            {{ column }}_typed as {{ column }}_read,
            {%- elif is_listed(column, kind) %}
            case when {{ is_listed(column ~ '_typed', kind) }} then {{ column }}_typed end as {{ column }}_read,
            case
                when {{ column }}_typed is null or not {{ is_listed(column ~ '_typed', kind) }} then {{ as_text(column ~ '_given') }}
            end as {{ column }}_lost,
            {%- else %}
            {{ column }}_typed as {{ column }}_read,
            case when {{ column }}_typed is null then {{ as_text(column ~ '_given') }} end as {{ column }}_lost,
            {%- endif %}
            {%- endfor %}
            case
                when is_missing then 'missing_required'
                when is_unknown_direction then 'unknown_direction'
                when is_implausible then 'implausible_time'
                when {{ is_visible('as_of', ['event_at', 'loaded_at']) }} then 'visible'
                else 'after_as_of'
            end as state
        from (
            select
                {{ as_timestamp('raw_rows.loaded_at') }} as loaded_at,
                {%- if event is not none %}
                {{ as_timestamp('raw_rows.' ~ event) }} as event_at,
                {%- else %}
                cast(null as timestamp) as event_at,
                {%- endif %}
                {%- if late_event is not none %}
                {{ as_timestamp('raw_rows.' ~ late_event) }} as {{ late_event }},
                {%- endif %}
                {%- for column, kind, is_required in checked %}
                {{ as_checked('raw_rows.' ~ column, 'open_time' if kind == 'time' and is_required else kind) }} as {{ column }}_typed,
                {%- if kind not in ('text', 'code') %}
                raw_rows.{{ column }} as {{ column }}_given,
                {%- endif %}
                {%- endfor %}
                {%- for column, kind, is_required in checked if is_required %}
                {%- if kind in ('code', 'direction') %}
                {{ as_text('raw_rows.' ~ column) }} is null{{ ' or' if not loop.last }}
                {%- elif kind == 'score' %}
                ({{ as_number('raw_rows.' ~ column) }} between -1 and 1) is not true{{ ' or' if not loop.last }}
                {%- elif kind == 'time' %}
                {{ as_timestamp('raw_rows.' ~ column, any_time=true) }} is null{{ ' or' if not loop.last }}
                {%- else %}
                {{ as_checked('raw_rows.' ~ column, kind) }} is null{{ ' or' if not loop.last }}
                {%- endif %}
                {%- endfor %} as is_missing,
                {% for column, kind, is_required in checked if is_required and kind == 'time' -%}
                {{ as_timestamp('raw_rows.' ~ column) }} is null{{ ' or ' if not loop.last }}
                {%- else -%}
                false
                {%- endfor %} as is_implausible,
                {% if input == 'messages' -%}
                {{ as_code('raw_rows.direction') }} not in ('inbound', 'outbound')
                {%- else -%}
                false
                {%- endif %} as is_unknown_direction,
                {{ as_of }} as as_of
            from {{ raw_rows(relation, required, optional) }} as raw_rows
            {%- if clocks is not none %}
            cross join {{ clocks }} as clocks
            {%- endif %}
        ) as typed
    ) as states
{%- endmacro -%}
