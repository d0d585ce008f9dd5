-- Grain: one row per experiment, metric version and assigned contact with an eligible conversation anchored at its assignment or
-- later.
-- Mind: what a contact did before it was assigned is no effect of its variant and is not here; without
-- `observation_days` whatever it ever does afterwards is. Who is in the control of a holdout is in no other experiment.

{%- set experiments = declared_experiments() %}
{%- set holdouts = declared_holdouts() %}

with

assignments as (

    select * from {{ ref('stg_experiment_assignments') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

{%- if holdouts %}

holdouts as (

    select * from {{ ref('experiment_holdouts') }}

),
{%- endif %}

final as (

    select
        assignments.experiment,
        assignments.variant,
        metric_conversations.metric,
        metric_conversations.metric_version,
        assignments.contact_id,
        cast(sum(case when metric_conversations.is_matured then 1 else 0 end) as bigint) as matured,
        cast(sum(case
            when metric_conversations.is_matured and metric_conversations.status = 'converted' then 1 else 0
        end) as bigint) as matured_converted,
        cast(sum(case when metric_conversations.is_matured then 0 else 1 end) as bigint) as not_matured,
        max(case when metric_conversations.is_matured then metric_conversations.window_ends_at end) as last_window_ends_at
    from metric_conversations
    inner join assignments
        on
            metric_conversations.contact_id = assignments.contact_id
            and metric_conversations.anchor_at >= assignments.assigned_at
            {%- for each in experiments if each.observation_seconds is not none %}
            and (
                assignments.experiment <> {{ string_literal(each.name) }}
                or metric_conversations.anchor_at < assignments.assigned_at + {{ each.observation_seconds }} * interval '1' second
            )
            {%- endfor %}
    where
        metric_conversations.eligibility = 'eligible'
        {%- if holdouts %}
        and {{ is_outside_holdouts('assignments') | indent(8) }}
        {%- endif %}
    group by
        assignments.experiment,
        assignments.variant,
        metric_conversations.metric,
        metric_conversations.metric_version,
        assignments.contact_id

)

select * from final
