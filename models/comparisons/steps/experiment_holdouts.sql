-- Grain: one row per holdout of the variable `experiments` and contact of its control.
-- Mind: they are kept out of every other experiment for good, those too that began before.

{%- set holdouts = declared_holdouts() %}

with

assignments as (

    select * from {{ ref('stg_experiment_assignments') }}

),

variants as (

    select * from {{ ref('experiment_variants') }}

),

final as (

    select
        assignments.experiment,
        assignments.contact_id
    from assignments
    inner join variants
        on
            assignments.experiment = variants.experiment
            and assignments.variant = variants.variant
            and variants.is_control
    where assignments.experiment in ({{ string_list(holdouts) if holdouts else "''" }})

)

select * from final
