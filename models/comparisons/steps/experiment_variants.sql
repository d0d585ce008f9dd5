-- Grain: one row per experiment and variant, declared ones without a contact too.
-- Mind: the sample ratio is a question of the whole experiment; its p stands in the row of each variant.

{%- set experiments = declared_experiments() %}
{%- set out = namespace(shares=[]) %}
{%- for experiment in experiments %}
{%- for each in experiment.shares %}
{%- set out.shares = out.shares + [{'experiment': experiment.name, 'variant': each.variant, 'share': each.share}] %}
{%- endfor %}
{%- endfor %}

with

assignments as (

    select * from {{ ref('stg_experiment_assignments') }}

),

declared as (

    {% call(each, number) union_of(out.shares) -%}
    {%- if each -%}
    select
        {{ string_literal(each.experiment) }} as experiment,
        {{ string_literal(each.variant) }} as variant,
        {{ each.share }} as share
    {%- else -%}
    select
        experiment,
        variant,
        1 as share
    from assignments
    where false
    {%- endif -%}
    {%- endcall %}

),

experiments as (

    select
        experiment,
        count(*) as assigned,
        min(assigned_at) as first_assigned_at,
        max(assigned_at) as last_assigned_at,
        coalesce(
            {%- for each in experiments if each.control is not none %}
            case when experiment = {{ string_literal(each.name) }} then {{ string_literal(each.control) }} end,
            {%- endfor %}
            max(case when variant = 'control' then variant end),
            min(variant)
        ) as control_variant
    from assignments
    group by experiment

),

counted as (

    select
        experiment,
        variant,
        count(*) as assigned
    from assignments
    group by
        experiment,
        variant

),

named as (

    select
        experiment,
        variant
    from counted

    union

    select
        declared.experiment,
        declared.variant
    from declared
    inner join experiments
        on declared.experiment = experiments.experiment

    union

    select
        experiment,
        control_variant as variant
    from experiments

),

weighed as (

    select
        named.experiment,
        named.variant,
        coalesce(counted.assigned, 0) as assigned,
        cast(coalesce(declared.share, 1) as decimal(38, 12)) as share
    from named
    left join counted
        on
            named.experiment = counted.experiment
            and named.variant = counted.variant
    left join declared
        on
            named.experiment = declared.experiment
            and named.variant = declared.variant

),

totals as (

    select
        experiment,
        sum(share) as share,
        count(*) as variants
    from weighed
    group by experiment

),

expected as (

    select
        weighed.experiment,
        weighed.variant,
        weighed.assigned,
        experiments.assigned as experiment_assigned,
        experiments.control_variant,
        experiments.first_assigned_at,
        experiments.last_assigned_at,
        totals.variants - 1 as freedom,
        cast(weighed.share as double) / cast(totals.share as double) as expected_share,
        experiments.assigned * (cast(weighed.share as double) / cast(totals.share as double)) as expected_assigned
    from weighed
    inner join experiments
        on weighed.experiment = experiments.experiment
    inner join totals
        on weighed.experiment = totals.experiment

),

ratios as (

    select
        experiment,
        freedom,
        cast(sum(cast(
            (assigned - expected_assigned) * (assigned - expected_assigned) / expected_assigned as decimal(38, 12)
        )) as double) as chi_square
    from expected
    group by
        experiment,
        freedom

),

tested as (

    select
        experiment,
        chi_square,
        {{ chi_square_tail('chi_square', 'freedom') | indent(8) }} as sample_ratio_p
    from ratios

),

final as (

    select
        md5({{ joined_parts(['expected.experiment', 'expected.variant']) }}) as variant_id,
        expected.experiment,
        expected.variant,
        expected.control_variant,
        expected.variant = expected.control_variant as is_control,
        expected.first_assigned_at,
        expected.last_assigned_at,
        cast(expected.assigned as bigint) as assigned,
        expected.expected_share,
        expected.assigned / cast(expected.experiment_assigned as double) as assigned_share,
        tested.sample_ratio_p,
        coalesce(tested.sample_ratio_p < {{ setting_sample_ratio_alpha() }}, false) as is_ratio_off
    from expected
    inner join tested
        on expected.experiment = tested.experiment

)

select * from final
