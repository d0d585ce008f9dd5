-- Grain: one row per input and reason that occurred.
-- Mind: a row is counted under the first reason that applies, in the order missing_required, unknown_direction, implausible_time,
-- after_as_of, repeated_key; with the rows kept they add up to the rows read. `no_conversation` comes on top: those messages are kept by
-- staging, and left out when conversations are formed. A required value that was given and could not be read counts as missing:
-- staging_unreadable tells the two apart. A repeated_key below 0 would be rows made, and fails an assertion.
{#- Whoever asks for this table has the checks of all losses: a build of some rates and of what was set aside leaves none out. #}
-- depends_on: {{ ref('staging_unreadable') }}, {{ ref('key_matches') }}, {{ ref('deal_currencies') }}
with

input_rows as (

    select * from {{ ref('input_counts') }}

),

conversation_messages as (

    select * from {{ ref('conversation_messages') }}

),

kept_rows as (

    {% call(input, number) union_of(declared_inputs() | list) -%}
    select
        '{{ input }}' as input,
        count(*) as row_count
    from {{ ref('stg_' ~ input) }}
    {%- endcall %}

),

reasons as (

    {%- for reason in ['missing_required', 'unknown_direction', 'implausible_time', 'after_as_of'] %}
    select
        input,
        '{{ reason }}' as reason,
        {{ reason }}_count as row_count
    from input_rows

    union all
    {% endfor %}
    select
        input_rows.input,
        'repeated_key' as reason,
        input_rows.visible_count - kept_rows.row_count as row_count
    from input_rows
    inner join kept_rows
        on input_rows.input = kept_rows.input

    union all

    select
        'messages' as input,
        'no_conversation' as reason,
        count(*) as row_count
    from conversation_messages
    where conversation_id is null

),

final as (

    select
        input,
        reason,
        row_count
    from reasons
    where row_count <> 0

)

select * from final
