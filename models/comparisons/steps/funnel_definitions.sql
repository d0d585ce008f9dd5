-- Grain: one row per funnel of the variable `funnels`, and step.
-- Mind: `known_at` is up to when a step is known: the least clock of the messages and of every outcome up to it. `horizon_us` is how
-- long after its beginning a conversation can reach the step at the latest.

{%- set funnels = declared_funnels() %}

with

input_clocks as (

    select * from {{ ref('input_clocks') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

declared as (

    {% call(funnel, number) union_of(funnels) -%}
    {%- if funnel -%}
    {%- call(step, place) union_of(funnel.steps) -%}
    select
        {{ string_literal(funnel.name) }} as funnel,
        {{ step.number }} as step_number,
        {{ string_literal(step.name) }} as step,
        {{ string_literal(step.kind_column) }} as kind_column,
        {{ string_literal(step.outcome) }} as outcome,
        {{ 'true' if funnel.is_strict else 'false' }} as is_strict,
        {{ step.window_us }} as window_us,
        {{ 'true' if step.is_from_start else 'false' }} as is_from_start,
        {{ step.horizon_us }} as horizon_us
    {%- endcall -%}
    {%- else -%}
    select
        '' as funnel,
        1 as step_number,
        '' as step,
        '' as kind_column,
        outcome,
        true as is_strict,
        1 as window_us,
        true as is_from_start,
        1 as horizon_us
    from outcome_clocks
    where false
    {%- endif -%}
    {%- endcall %}

),

known as (

    select
        declared.funnel,
        declared.step_number,
        case
            when count(earlier.outcome) = count(outcome_clocks.complete_at) and count(*) = count(input_clocks.latest_at)
                then least(min(input_clocks.latest_at), coalesce(min(outcome_clocks.complete_at), min(input_clocks.latest_at)))
        end as known_at
    from declared
    inner join declared as earlier
        on
            declared.funnel = earlier.funnel
            and declared.step_number >= earlier.step_number
    left join outcome_clocks
        on earlier.outcome = outcome_clocks.outcome
    left join input_clocks
        on input_clocks.input = 'messages'
    group by
        declared.funnel,
        declared.step_number

),

final as (

    select
        declared.funnel,
        cast(declared.step_number as bigint) as step_number,
        declared.step,
        declared.kind_column,
        declared.outcome,
        cast(declared.is_strict as boolean) as is_strict,
        cast(declared.window_us as bigint) as window_us,
        cast(declared.is_from_start as boolean) as is_from_start,
        cast(declared.horizon_us as bigint) as horizon_us,
        known.known_at
    from declared
    inner join known
        on
            declared.funnel = known.funnel
            and declared.step_number = known.step_number

)

select * from final
