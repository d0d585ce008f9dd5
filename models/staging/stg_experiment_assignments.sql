-- Grain: one row per contact_id and experiment.
-- Mind: the earliest assignment counts, not the one loaded last; merged contacts have one between them.
{%- set raw_input = source('raw', 'experiment_assignments') if has_input('experiment_assignments') else none %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

contact_survivors as (

    select * from {{ ref('contact_survivors') }}

),

typed as (

    select
        {{ as_text('contact_id') }} as contact_id,
        {{ as_text('experiment') }} as experiment,
        {{ as_text('variant') }} as variant,
        {{ as_timestamp('assigned_at') }} as assigned_at,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, ['contact_id', 'experiment', 'variant', 'assigned_at'], ['loaded_at']) }} as raw_rows

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
        typed.contact_id is not null
        and typed.experiment is not null
        and typed.variant is not null
        and typed.assigned_at is not null
        and {{ is_visible('clocks.as_of', ['typed.assigned_at', 'typed.loaded_at']) }}

),

final as (

    {{ one_row_per_key(
        'visible',
        ['contact_id', 'experiment'],
        ['contact_id', 'experiment', 'variant', 'assigned_at', 'loaded_at'],
        earliest='assigned_at'
    ) }}

)

select * from final
