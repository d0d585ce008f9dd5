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
        its own. Each value is read once, in the innermost select: what follows compares.
-#}
{%- macro count_input_rows(input, relation, as_of, clocks=none) -%}
{%- set event = declared_inputs()[input].get('event') -%}
{%- set late_event = declared_inputs()[input].get('late_event') -%}
{%- set key = declared_inputs()[input].key[0] -%}
{%- set checked = checked_columns(input) -%}
{%- set event_at = event ~ '_plausible' if event is not none else 'cast(null as timestamp)' -%}
{%- set required = checked | selectattr(2) | list -%}
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
        {{- column_counts(input) }}
    from (
        select
            {%- for column, kind, is_required in checked %}
            {%- set read = column ~ ('_plausible' if kind == 'time' and not is_required else '_read') %}
            {{ read ~ (' as ' ~ column ~ '_read' if read != column ~ '_read' else '') }},
            {%- if unreadable_reason(kind) is not none %}
            case when {{ read }} is null then {{ lost_value(column ~ '_given', key if column != key else none) }} end as {{ column }}_lost,
            {%- endif %}
            {%- endfor %}
            loaded_at_plausible as loaded_at,
            {%- if late_event is not none %}
            case
                when {{ late_event }}_plausible > {{ event_at }} and {{ is_visible('as_of', [late_event ~ '_plausible']) }} then {{ late_event }}_plausible
                else {{ event_at }}
            end as event_at,
            {%- else %}
            {{ event_at }} as event_at,
            {%- endif %}
            case
                when {% for column, kind, is_required in required -%}
                {{ column }}_{{ 'typed' if kind == 'direction' else 'read' }} is null{{ ' or ' if not loop.last }}
                {%- endfor %} then 'missing_required'
                {%- if required | selectattr(1, 'equalto', 'direction') | list %}
                when direction_read is null then 'unknown_direction'
                {%- endif %}
                {%- for column in required | selectattr(1, 'equalto', 'time') | map(attribute=0) %}
                when {{ column }}_plausible is null then 'implausible_time'
                {%- endfor %}
                when {{ is_visible('as_of', [event_at, 'loaded_at_plausible']) }} then 'visible'
                else 'after_as_of'
            end as state
        from (
            select
                {%- for column, kind, is_required in checked %}
                {%- if unreadable_reason(kind) is not none %}
                {{ column }}_given,
                {%- endif %}
                {%- if kind == 'direction' %}
                direction_typed,
                {%- endif %}
                {%- if kind == 'time' %}
                {{ plausible_time(column ~ '_typed') }} as {{ column }}_plausible,
                {%- endif %}
                {%- if is_listed(column, kind) %}
                case when {{ is_listed(column ~ '_typed', kind) }} then {{ column }}_typed end as {{ column }}_read,
                {%- elif kind == 'time' and is_required %}
                {{ finite_time(column ~ '_typed') }} as {{ column }}_read,
                {%- elif kind != 'time' %}
                {{ column }}_typed as {{ column }}_read,
                {%- endif %}
                {%- endfor %}
                case when {{ key }}_typed is null then coalesce({{ as_label(key ~ '_given') }}, '?') end as unread_key,
                {{ as_of }} as as_of
            from (
                select
                    {%- for column, kind, is_required in checked %}
                    {%- if unreadable_reason(kind) is not none %}
                    {{ column }} as {{ column }}_given,
                    {%- endif %}
                    {{ as_checked(column, kind) }} as {{ column }}_typed{{ ',' if not loop.last }}
                    {%- endfor %}
                from {{ raw_rows(relation, input_columns(input, 'required'), input_columns(input, 'optional')) }} as raw_rows
            ) as typed
            {%- if clocks is not none %}
            cross join {{ clocks }} as clocks
            {%- endif %}
        ) as plausible
    ) as states
{%- endmacro -%}
