-- Grain: one row per input that is read, as input_rows, with those that stand beside: the ones that no clock and no definition reads.
-- Mind: input_clocks reads input_rows, so that an input beside can be switched on and no metric changes its meaning.
with

input_rows as (

    select * from {{ ref('input_rows') }}

),

clocks as (

    select * from {{ ref('clocks') }}

),
{% for input, declared in declared_inputs().items() if declared.get('is_beside') and has_input(input) %}
{{ input }} as (
    {{ count_input_rows(input, raw_input(input), 'clocks.as_of', clocks='clocks') }}
),
{% endfor %}
final as (

    select * from input_rows
    {%- for input, declared in declared_inputs().items() if declared.get('is_beside') and has_input(input) %}
    union all
    {{ shown_counts(input) }}
    {%- endfor %}

)

select * from final
