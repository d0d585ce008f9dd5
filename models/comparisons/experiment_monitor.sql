-- Grain: one row per experiment, variant but the control, and metric version it is read by, as in experiment_results.
-- Mind: `anytime_low`, `anytime_high`, `anytime_p` and `verdict` hold however often they are looked at, as long as planned_contacts is left
-- alone; `difference_low` and `adjusted_low` only at a look that was planned.
-- Sources: the interval is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (Time-uniform central limit
-- theory and asymptotic confidence sequences, Annals of Statistics 52, 2024), Robbins' normal mixture, whose p is that of the mixture
-- sequential probability ratio test (Johari, Koomen, Pekelis and Walsh, Always valid inference, Operations Research 70, 2022). Rates of
-- conversations by contacts: the delta method (Deng, Knoblich and Lu, KDD 2018). Histories: CUPED (Deng, Xu, Kohavi and Walker, WSDM 2013).

{%- set settings = monitor_settings() %}
{%- set experiments = declared_experiments() %}
{%- set holdouts = declared_holdouts() %}
{%- set counts = [
    'contacts', 'matured', 'matured_converted', 'matured_squares', 'cross_products', 'converted_squares', 'prior_contacts', 'prior',
    'prior_converted', 'prior_squares', 'prior_cross_products', 'prior_converted_squares', 'matured_by_prior', 'matured_by_prior_converted',
    'converted_by_prior', 'converted_by_prior_converted',
] %}
{%- set power_z = normal_quantile(settings.power) | trim %}

with

variants as (

    select * from {{ ref('experiment_variants') }}

),

totals as (

    select * from {{ ref('experiment_totals') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

clocks as (

    select as_of from {{ ref('clocks') }}

),

{%- if holdouts %}

assignments as (

    select * from {{ ref('stg_experiment_assignments') }}

),

holdouts as (

    select * from {{ ref('experiment_holdouts') }}

),
{%- endif %}

held_out as (

    {% if holdouts -%}
    select
        assignments.experiment,
        assignments.variant,
        count(distinct assignments.contact_id) as contacts
    from assignments
    inner join holdouts
        on
            assignments.contact_id = holdouts.contact_id
            and assignments.experiment <> holdouts.experiment
    group by
        assignments.experiment,
        assignments.variant
    {%- else -%}
    select
        experiment,
        variant,
        assigned as contacts
    from variants
    where false
    {%- endif %}

),

declared as (

    {% call(each, number) union_of(experiments) -%}
    select
        {{ string_literal(each.name if each else '') }} as experiment,
        cast({{ 'null' if not each or each.planned_contacts is none else each.planned_contacts }} as double) as planned_contacts,
        cast({{ 'null' if not each or each.minimum_effect is none else each.minimum_effect }} as double) as minimum_effect,
        {{ 'true' if each and each.is_holdout else 'false' }} as is_holdout
    {%- if not each %}
    where false
    {%- endif %}
    {%- endcall %}

),

arms as (

    select
        variants.experiment,
        variants.variant,
        variants.control_variant,
        variants.is_control,
        variants.is_ratio_off,
        variants.first_assigned_at,
        variants.last_assigned_at,
        metric_definitions.metric,
        metric_definitions.metric_version,
        metric_definitions.status as metric_status,
        metric_definitions.excluded_dispositions is not null as uses_late_facts,
        metric_definitions.window_days,
        variants.assigned - coalesce(held_out.contacts, 0) as assigned,
        coalesce(held_out.contacts, 0) as held_out,
        {%- for count in counts %}
        coalesce(totals.{{ count }}, 0) as {{ count }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from variants
    cross join metric_definitions
    left join totals
        on
            variants.experiment = totals.experiment
            and variants.variant = totals.variant
            and metric_definitions.metric = totals.metric
            and metric_definitions.metric_version = totals.metric_version
    left join held_out
        on
            variants.experiment = held_out.experiment
            and variants.variant = held_out.variant
    where
        {{ 'true' if settings.is_on else 'false' }}
        and {{ is_measured_by('variants', 'metric_definitions') | indent(8) }}

),

-- what a prior conversation brings as a rule, over all variants: it is no more than the covariate's zero
pooled as (

    select
        experiment,
        metric,
        metric_version,
        coalesce(sum(prior_converted) / nullif(cast(sum(prior) as double), 0), 0e0) as prior_rate
    from arms
    group by
        experiment,
        metric,
        metric_version

),

-- of each contact: k - rate × n, and the covariate x = k0 - prior_rate × n0, over all who were assigned
summed as (

    select
        arms.*,
        matured_converted / nullif(cast(matured as double), 0) as rate,
        (prior_converted - prior_rate * prior) / nullif(cast(assigned as double), 0) as covariate,
        prior_converted_squares - 2 * prior_rate * prior_cross_products + prior_rate * prior_rate * prior_squares as covariate_squares,
        converted_by_prior_converted - prior_rate * converted_by_prior as converted_by_covariate,
        matured_by_prior_converted - prior_rate * matured_by_prior as matured_by_covariate
    from arms
    inner join pooled
        on
            arms.experiment = pooled.experiment
            and arms.metric = pooled.metric
            and arms.metric_version = pooled.metric_version

),

varied as (

    select
        summed.*,
        greatest(0e0, converted_squares - 2 * rate * cross_products + rate * rate * matured_squares)
        * contacts / nullif((contacts - 1) * cast(matured as double) * matured, 0) as variance,
        greatest(0e0, covariate_squares - assigned * covariate * covariate) / nullif(cast(assigned as double) * (assigned - 1), 0) as covariate_variance,
        (converted_by_covariate - rate * matured_by_covariate) / nullif(cast(matured as double) * (assigned - 1), 0) as covariance
    from summed

),

paired as (

    select
        md5({{ joined_parts([
            'treated.experiment', 'treated.variant', 'treated.metric', 'cast(treated.metric_version as varchar)',
        ]) | indent(8) }}) as result_id,
        treated.*,
        controls.contacts as control_contacts,
        controls.matured as control_matured,
        controls.matured_converted as control_matured_converted,
        treated.contacts + controls.contacts as all_contacts,
        treated.held_out + controls.held_out as both_held_out,
        treated.rate - controls.rate as plain_difference,
        treated.variance + controls.variance as plain_variance,
        treated.covariate - controls.covariate as covariate_difference,
        treated.covariate_variance + controls.covariate_variance as both_covariate_variance,
        treated.covariance + controls.covariance as both_covariance,
        treated.prior_contacts >= {{ few() }} and controls.prior_contacts >= {{ few() }} as has_history,
        coalesce(declared.planned_contacts, {{ settings.planned_contacts }}e0) as planned_contacts,
        declared.minimum_effect,
        coalesce(declared.is_holdout, false) as is_holdout
    from varied as treated
    inner join varied as controls
        on
            treated.experiment = controls.experiment
            and treated.metric = controls.metric
            and treated.metric_version = controls.metric_version
            and controls.is_control
    left join declared
        on treated.experiment = declared.experiment
    where not treated.is_control

),

sloped as (

    select
        paired.*,
        case
            when has_history and both_covariate_variance > 0 and plain_variance > 0 then both_covariance / both_covariate_variance
        end as slope,
        {{ always_valid_rho_squared('planned_contacts') }} as rho_squared
    from paired

),

reduced as (

    select
        sloped.*,
        plain_difference - coalesce(slope * covariate_difference, 0e0) as estimate,
        plain_variance - coalesce(slope * both_covariance, 0e0) as estimate_variance,
        all_contacts * rho_squared as mixed,
        least(contacts, control_contacts) < {{ few() }}
        or least(
            matured_converted + control_matured_converted,
            matured + control_matured - matured_converted - control_matured_converted
        ) < 5 as is_too_few
    from sloped

),

distanced as (

    select
        reduced.*,
        case when estimate_variance > 0 then sqrt(plain_variance) end as plain_error,
        case when estimate_variance > 0 then sqrt(estimate_variance) end as error,
        case when estimate_variance > 0 and not is_too_few then estimate / sqrt(estimate_variance) end as z,
        {{ always_valid_reach('mixed') }} as reach
    from reduced

),

tested as (

    select
        distanced.*,
        {{ always_valid_p('z', 'mixed') | indent(8) }} as p
    from distanced

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p', ['experiment', 'metric_status'], 'result_id') | indent(4) | trim }}

),

-- how many contacts a difference of minimum_effect needs
needs as (

    select
        result_id,
        rho_squared,
        estimate_variance * all_contacts / (minimum_effect * minimum_effect) as unit_contacts
    from adjusted
    where
        error is not null
        and not is_too_few
        and minimum_effect is not null

),

sized as (

    {{ always_valid_size('needs', 'result_id', 'unit_contacts', 'rho_squared', settings.power) | indent(4) | trim }}

),

timed as (

    select
        adjusted.*,
        ceil({{ nine_places('sized.size') }}) as contacts_needed,
        ({{ epoch_micros('clocks.as_of') }} - {{ epoch_micros('adjusted.first_assigned_at') }}) / 86400e6 - adjusted.window_days as days_counted,
        {{ epoch_micros('clocks.as_of') }} - {{ epoch_micros('adjusted.last_assigned_at') }} <= 14 * 86400000000 as is_filling
    from adjusted
    cross join clocks
    left join sized
        on adjusted.result_id = sized.result_id

),

final as (

    select
        result_id,
        experiment,
        variant,
        control_variant,
        metric,
        cast(metric_version as bigint) as metric_version,
        metric_status,
        is_holdout,
        cast(contacts as bigint) as contacts,
        cast(control_contacts as bigint) as control_contacts,
        cast(both_held_out as bigint) as held_out,
        plain_difference as difference,
        plain_error as standard_error,
        plain_difference - {{ confidence_z() }} * plain_error as difference_low,
        plain_difference + {{ confidence_z() }} * plain_error as difference_high,
        slope as covariate_slope,
        1 - estimate_variance / nullif(plain_variance, 0) as variance_reduction,
        estimate as adjusted_difference,
        error as adjusted_error,
        estimate - {{ confidence_z() }} * error as adjusted_low,
        estimate + {{ confidence_z() }} * error as adjusted_high,
        planned_contacts,
        case when not is_too_few then greatest(-1e0, estimate - reach * error) end as anytime_low,
        case when not is_too_few then least(1e0, estimate + reach * error) end as anytime_high,
        p as anytime_p,
        cast(test_count as bigint) as test_count,
        adjusted_p,
        ({{ confidence_z() }} + {{ power_z }}) * error as detectable_effect,
        case when not is_too_few then (reach + {{ power_z }}) * error end as anytime_detectable_effect,
        minimum_effect,
        contacts_needed,
        case
            when contacts_needed <= all_contacts then 0e0
            when is_filling and days_counted > 0 then ceil({{ nine_places('(contacts_needed - all_contacts) * days_counted / all_contacts') }})
        end as days_left,
        is_ratio_off,
        is_too_few as is_small,
        uses_late_facts,
        case
            when contacts = 0 or control_contacts = 0 then 'no_data'
            when is_ratio_off then 'sample_ratio'
            when adjusted_p is null then 'too_few'
            when adjusted_p < 1 - {{ setting_confidence() }} and estimate > 0 then 'better'
            when adjusted_p < 1 - {{ setting_confidence() }} then 'worse'
            when estimate + reach * error < minimum_effect and estimate - reach * error > -minimum_effect then 'negligible'
            else 'undecided'
        end as verdict
    from timed

)

select * from final
