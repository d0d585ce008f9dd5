-- Grain: one row per input that is read: the four required ones and those switched on in `inputs`, but for those beside (input_counts has all).
-- Mind: the rows are counted before one row is kept per key; the latest times are those of visible rows. The columns
-- column_1_… are those of checked_columns by position: staging_unreadable gives them their names. as_of hides no sentiment by itself.
with

clock_input_rows as (

    select * from {{ ref('clock_input_rows') }}

),

clocks as (

    select * from {{ ref('clocks') }}

),
{% for input, declared in declared_inputs().items() if input not in ['messages', 'deal_stages'] and (declared.get('is_required') or has_input(input)) and not declared.get('is_beside') %}
{{ input }} as (
    {{ count_input_rows(
        input, raw_input(input),
        'cast(null as timestamp)' if declared.get('is_timeless') else 'clocks.as_of', clocks='clocks'
    ) }}
),
{% endfor %}
counted as (

    {% for input, declared in declared_inputs().items() if input not in ['messages', 'deal_stages'] and (declared.get('is_required') or has_input(input)) and not declared.get('is_beside') -%}
    select * from {{ input }}
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

final as (

    select * from clock_input_rows
    union all
    {{ shown_counts('counted') }}

)

select * from final
