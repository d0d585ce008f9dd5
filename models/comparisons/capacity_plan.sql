-- Grain: one row per target of the variable `capacity_targets`, and step of its funnel up to the step that is to be reached.
-- Mind: it multiplies the rates of all matured conversations so far, and promises nothing: twice the attempts on the same contacts do
-- not give twice the deals. The dates and the reps stand on the first step alone.

with

funnel_rates as (

    select * from {{ ref('funnel_rates') }}

),

declared as (

    {% call(item, number) union_of(capacity_targets()) -%}
    {%- if item -%}
    select
        {{ string_literal(item.name) }} as target,
        {{ string_literal(item.funnel) }} as funnel,
        {{ string_literal(item.step) }} as target_step,
        cast({{ item['count'] }} as double) as target_count,
        cast({{ string_literal(item.by) }} as date) as due_date,
        cast({{ item.weeks }} as double) as weeks,
        cast({{ 'null' if item.attempts_per_rep_per_week is none else item.attempts_per_rep_per_week }} as double) as attempts_per_rep_per_week
    {%- else -%}
    select
        funnel as target,
        funnel,
        '' as target_step,
        0e0 as target_count,
        cast(null as date) as due_date,
        1e0 as weeks,
        1e0 as attempts_per_rep_per_week
    from funnel_rates
    where false
    {%- endif -%}
    {%- endcall %}

),

-- the rates of all time, all conversations together
current_steps as (

    select *
    from funnel_rates
    where
        cohort_grain = 'all'
        and cohort_by = 'all'

),

-- of those matured for the target's step so many reached this one, by its own cumulative rate
onward as (

    select
        declared.*,
        steps.step_number,
        steps.step,
        targets.reached as hits,
        targets.matured * steps.cumulative_rate as trials,
        targets.median_from_start_seconds,
        targets.p90_from_start_seconds,
        steps.step_number = targets.step_number as is_target_step
    from declared
    inner join current_steps as targets
        on
            declared.funnel = targets.funnel
            and declared.target_step = targets.step
    inner join current_steps as steps
        on
            declared.funnel = steps.funnel
            and targets.step_number >= steps.step_number

),

rated as (

    select
        onward.*,
        case when is_target_step then 1e0 when trials > 0 then least(1e0, hits / trials) end as rate,
        case when is_target_step then 1e0 when trials > 0 then {{ wilson_low('least(hits, trials)', 'trials') }} end as rate_low,
        case when is_target_step then 1e0 when trials > 0 then {{ wilson_high('least(hits, trials)', 'trials') }} end as rate_high
    from onward

),

-- the billionth keeps a quotient that is whole but for its last digit from being rounded up
needed as (

    select
        rated.*,
        ceil(target_count / nullif(rate, 0) - 1e-9) as needed,
        ceil(target_count / nullif(rate_high, 0) - 1e-9) as needed_low,
        ceil(target_count / nullif(rate_low, 0) - 1e-9) as needed_high
    from rated

),

final as (

    select
        md5({{ joined_parts(['target', 'cast(step_number as varchar)']) }}) as plan_id,
        target,
        funnel,
        step_number,
        step,
        target_step,
        target_count,
        due_date,
        rate as rate_to_target,
        rate_low as rate_to_target_low,
        rate_high as rate_to_target_high,
        needed,
        needed_low,
        needed_high,
        {%- for name, seconds in [('half', 'median_from_start_seconds'), ('most', 'p90_from_start_seconds')] %}
        case when step_number = 1 then due_date - cast(ceil({{ seconds }} / 86400) as integer) end as begin_by_for_{{ name }},
        {%- endfor %}
        {%- for suffix in ['', '_low', '_high'] %}
        case when step_number = 1 then ceil(needed{{ suffix }} / (attempts_per_rep_per_week * weeks)) end as reps_needed{{ suffix }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from needed

)

select * from final
