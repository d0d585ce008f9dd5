-- Grain: one row per cell and cohort that holds it: one for each grain the metric asks for, and grain `all`.
-- Mind: `cohort_number` is a short name of `cohort_id` within one build, for joins; it means nothing in another.

with

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

placed as (

    {{ cohorts_of('cohort_cells', 'cohort_sets', 'cell_date', ['cell_id']) | trim }}

),

named as (

    select
        *,
        {{ cohort_id() | indent(8) }} as cohort_id
    from placed

),

final as (

    select
        cell_id,
        cast(dense_rank() over (order by cohort_id) as bigint) as cohort_number,
        cohort_id,
        {{ cohort_key() | indent(8) }},
        uses_late_facts
    from named

)

select * from final
