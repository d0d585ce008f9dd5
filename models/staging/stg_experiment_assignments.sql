-- Grain: one row per contact_id and experiment.
-- Mind: the earliest assignment counts, not the one loaded last; merged contacts have one between them.
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    {{ typed_input('experiment_assignments', raw_input('experiment_assignments')) }}

),

visible as (

    select
        coalesce(contact_survivors.survivor_id, typed.contact_id) as contact_id,
        typed.experiment,
        typed.variant,
        typed.assigned_at,
        typed.loaded_at
    from typed
    cross join clocks
    left join contact_survivors
        on typed.contact_id = contact_survivors.contact_id
    where
        {{ is_usable('experiment_assignments', 'clocks.as_of') }}

),

final as (

    {{ kept_rows('experiment_assignments', 'visible', earliest='assigned_at') }}

)

select * from final
