-- Grain: one row per experiment, variant but the control, and metric version it is read by.
-- Mind: conversations are counted, contacts were assigned. Where contacts repeat, both sides are divided by their design effect
-- (Rao and Scott) before anything is said of them. Read `adjusted_p`, and only with is_ratio_off false.

with

variants as (

    select * from {{ ref('experiment_variants') }}

),

contacts as (

    select * from {{ ref('experiment_contacts') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

operational_changes as (

    select * from {{ ref('stg_operational_changes') }}

),

counted as (

    select
        experiment,
        variant,
        metric,
        metric_version,
        sum(case when matured > 0 then 1 else 0 end) as contacts,
        sum(matured) as matured,
        sum(matured_converted) as matured_converted,
        sum(not_matured) as not_matured,
        sum(matured * matured) as matured_squares,
        sum(matured * matured_converted) as cross_products,
        sum(matured_converted * matured_converted) as converted_squares,
        max(last_window_ends_at) as last_window_ends_at
    from contacts
    group by
        experiment,
        variant,
        metric,
        metric_version

),

arms as (

    select
        variants.variant_id,
        variants.experiment,
        variants.variant,
        variants.control_variant,
        variants.is_control,
        variants.assigned,
        variants.first_assigned_at,
        variants.sample_ratio_p,
        variants.is_ratio_off,
        metric_definitions.metric,
        metric_definitions.metric_version,
        metric_definitions.status as metric_status,
        metric_definitions.excluded_dispositions is not null as uses_late_facts,
        coalesce(counted.contacts, 0) as contacts,
        coalesce(counted.matured, 0) as matured,
        coalesce(counted.matured_converted, 0) as matured_converted,
        coalesce(counted.not_matured, 0) as not_matured,
        counted.last_window_ends_at,
        counted.matured_squares,
        counted.cross_products,
        counted.converted_squares,
        counted.matured_converted / nullif(cast(counted.matured as double), 0) as rate
    from variants
    cross join metric_definitions
    left join counted
        on
            variants.experiment = counted.experiment
            and variants.variant = counted.variant
            and metric_definitions.metric = counted.metric
            and metric_definitions.metric_version = counted.metric_version
    where
        {{ is_measured_by('variants', 'metric_definitions') | indent(8) }}

),

-- how much wider than binomial: the sum over contacts of (converted - rate × matured) squared, beside matured × rate × (1 - rate)
clustered as (

    select
        arms.*,
        case
            when matured = contacts or matured_converted = 0 or matured_converted = matured then 1e0
            else
                greatest(1e0, (converted_squares - 2 * rate * cross_products + rate * rate * matured_squares)
                / (matured * rate * (1 - rate)))
        end as design_effect
    from arms

),

effective as (

    select
        clustered.*,
        matured / design_effect as trials,
        matured_converted / design_effect as hits
    from clustered

),

limited as (

    select
        effective.*,
        {{ wilson_low('hits', 'trials') | indent(8) }} as rate_low,
        {{ wilson_high('hits', 'trials') | indent(8) }} as rate_high
    from effective

),

paired as (

    select
        md5({{ joined_parts([
            'treated.experiment', 'treated.variant', 'treated.metric', 'cast(treated.metric_version as varchar)',
        ]) | indent(8) }}) as result_id,
        treated.*,
        {%- for column in [
            'assigned', 'contacts', 'matured', 'matured_converted', 'not_matured', 'last_window_ends_at', 'design_effect', 'rate',
            'rate_low', 'rate_high', 'trials', 'hits',
        ] %}
        controls.{{ column }} as control_{{ column }},
        {%- endfor %}
        {{ two_proportion_z('treated.hits', 'treated.trials', 'controls.hits', 'controls.trials') | indent(8) }} as z
    from limited as treated
    inner join limited as controls
        on
            treated.experiment = controls.experiment
            and treated.metric = controls.metric
            and treated.metric_version = controls.metric_version
            and controls.is_control
    where not treated.is_control

),

tested as (

    select
        paired.*,
        {{ two_sided_p('z') | indent(8) }} as p
    from paired

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p', ['experiment', 'metric_status'], 'result_id') | indent(4) | trim }}

),

metric_names as (

    select distinct metric
    from metric_definitions

),

-- a change whose scope is a metric is one of that metric alone
others as (

    select distinct
        'experiment ' || experiment as name,
        experiment,
        cast(null as varchar) as only_metric,
        first_assigned_at as begins_at,
        last_assigned_at as ends_at
    from variants

    union all

    select
        'change ' || operational_changes.change_id as name,
        operational_changes.scope as experiment,
        metric_names.metric as only_metric,
        operational_changes.effective_at as begins_at,
        operational_changes.effective_at as ends_at
    from operational_changes
    left join metric_names
        on operational_changes.scope = metric_names.metric

),

confounders as (

    select
        adjusted.result_id,
        count(*) as other_changes,
        string_agg(others.name, ', ' order by others.name) as other_change_names
    from adjusted
    inner join others
        on
            others.experiment is distinct from adjusted.experiment
            and coalesce(others.only_metric = adjusted.metric, true)
            and others.ends_at > adjusted.first_assigned_at
            and others.begins_at < greatest(
                adjusted.first_assigned_at,
                coalesce(adjusted.last_window_ends_at, adjusted.first_assigned_at),
                coalesce(adjusted.control_last_window_ends_at, adjusted.first_assigned_at)
            )
    group by adjusted.result_id

),

final as (

    select
        adjusted.result_id,
        adjusted.experiment,
        adjusted.variant,
        adjusted.control_variant,
        adjusted.metric,
        adjusted.metric_version,
        adjusted.metric_status,
        adjusted.assigned,
        adjusted.control_assigned,
        cast(adjusted.contacts as bigint) as contacts,
        cast(adjusted.control_contacts as bigint) as control_contacts,
        cast(adjusted.matured as bigint) as matured,
        cast(adjusted.control_matured as bigint) as control_matured,
        cast(adjusted.matured_converted as bigint) as matured_converted,
        cast(adjusted.control_matured_converted as bigint) as control_matured_converted,
        cast(adjusted.not_matured + adjusted.control_not_matured as bigint) as not_matured,
        adjusted.rate as conversion_rate,
        adjusted.rate_low,
        adjusted.rate_high,
        adjusted.control_rate,
        adjusted.control_rate_low,
        adjusted.control_rate_high,
        adjusted.design_effect,
        adjusted.control_design_effect,
        adjusted.rate - adjusted.control_rate as difference,
        {%- for side in ['low', 'high'] %}
        {{ newcombe_limit(
            'adjusted.rate', 'adjusted.rate_low', 'adjusted.rate_high',
            'adjusted.control_rate', 'adjusted.control_rate_low', 'adjusted.control_rate_high', side
        ) | indent(8) }} as difference_{{ side }},
        {%- endfor %}
        adjusted.p,
        cast(adjusted.test_count as bigint) as test_count,
        adjusted.adjusted_p,
        adjusted.sample_ratio_p,
        adjusted.is_ratio_off,
        cast(coalesce(confounders.other_changes, 0) as bigint) as other_changes,
        confounders.other_change_names,
        coalesce(confounders.other_changes, 0) > 0 as is_confounded,
        least(adjusted.trials, adjusted.control_trials)
        * least(
            adjusted.hits + adjusted.control_hits,
            adjusted.trials + adjusted.control_trials - adjusted.hits - adjusted.control_hits
        ) < 5 * (adjusted.trials + adjusted.control_trials) or adjusted.p is null as is_small,
        adjusted.uses_late_facts,
        case
            when adjusted.p is null then 'no_data'
            when adjusted.is_ratio_off then 'sample_ratio'
            when adjusted.adjusted_p >= 1 - {{ setting_confidence() }} then 'undecided'
            when adjusted.rate > adjusted.control_rate then 'better'
            else 'worse'
        end as verdict
    from adjusted
    left join confounders
        on adjusted.result_id = confounders.result_id

)

select * from final
