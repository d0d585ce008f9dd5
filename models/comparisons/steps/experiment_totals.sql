-- Grain: one row per experiment, variant and metric version of whose contacts one has a matured conversation, or a history.
-- Mind: sums over contacts, and not over conversations: whole numbers, of which every variance of experiment_monitor is made. A history is
-- of conversations whose window was over when the contact was assigned, so that no variant can have had a part in it.

{%- set settings = monitor_settings() %}
{%- set holdouts = declared_holdouts() %}
{%- set group = ['experiment', 'variant', 'metric', 'metric_version'] %}

with

assignments as (

    select * from {{ ref('stg_experiment_assignments') }}

),

contacts as (

    select * from {{ ref('experiment_contacts') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

{%- if holdouts %}

holdouts as (

    select * from {{ ref('experiment_holdouts') }}

),
{%- endif %}

histories as (

    select
        assignments.experiment,
        assignments.variant,
        metric_conversations.metric,
        metric_conversations.metric_version,
        assignments.contact_id,
        count(*) as prior,
        sum(case when metric_conversations.status = 'converted' then 1 else 0 end) as prior_converted
    from metric_conversations
    inner join assignments
        on
            metric_conversations.contact_id = assignments.contact_id
            and metric_conversations.window_ends_at <= assignments.assigned_at
            and metric_conversations.anchor_at >= assignments.assigned_at - {{ settings.covariate_seconds }} * interval '1' second
    where
        metric_conversations.eligibility = 'eligible'
        and {{ 'true' if settings.covariate_seconds > 0 else 'false' }}
        {%- if holdouts %}
        and {{ is_outside_holdouts('assignments') | indent(8) }}
        {%- endif %}
    group by
        assignments.experiment,
        assignments.variant,
        metric_conversations.metric,
        metric_conversations.metric_version,
        assignments.contact_id

),

stacked as (

    select
        {{ group | join(', ') }},
        contact_id,
        matured,
        matured_converted,
        0 as prior,
        0 as prior_converted
    from contacts

    union all

    select
        {{ group | join(', ') }},
        contact_id,
        0 as matured,
        0 as matured_converted,
        prior,
        prior_converted
    from histories

),

members as (

    select
        {{ group | join(', ') }},
        contact_id,
        sum(matured) as n,
        sum(matured_converted) as k,
        sum(prior) as n0,
        sum(prior_converted) as k0
    from stacked
    group by
        {{ group | join(', ') }},
        contact_id

),

final as (

    select
        {{ group | join(', ') }},
        cast(sum(case when n > 0 then 1 else 0 end) as bigint) as contacts,
        cast(sum(n) as bigint) as matured,
        cast(sum(k) as bigint) as matured_converted,
        cast(sum(n * n) as bigint) as matured_squares,
        cast(sum(n * k) as bigint) as cross_products,
        cast(sum(k * k) as bigint) as converted_squares,
        cast(sum(case when n0 > 0 then 1 else 0 end) as bigint) as prior_contacts,
        cast(sum(n0) as bigint) as prior,
        cast(sum(k0) as bigint) as prior_converted,
        cast(sum(n0 * n0) as bigint) as prior_squares,
        cast(sum(n0 * k0) as bigint) as prior_cross_products,
        cast(sum(k0 * k0) as bigint) as prior_converted_squares,
        cast(sum(n * n0) as bigint) as matured_by_prior,
        cast(sum(n * k0) as bigint) as matured_by_prior_converted,
        cast(sum(k * n0) as bigint) as converted_by_prior,
        cast(sum(k * k0) as bigint) as converted_by_prior_converted
    from members
    where {{ 'true' if settings.is_on else 'false' }}
    group by
        {{ group | join(', ') }}

)

select * from final
