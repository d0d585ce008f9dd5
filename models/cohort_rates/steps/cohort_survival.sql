-- Grain: one row per cohort in which somebody could not be followed through the whole window: Kaplan and Meier's product.
-- Mind: elsewhere the product telescopes to 1 - converted / followed, and there is no row. Sums are of decimals, because
-- the order in which doubles are added shows in their last digits.

{%- set metrics = conversion_metrics() %}

with

cohort_conversations as (

    select * from {{ ref('cohort_conversations') }}

),

cohort_members as (

    select * from {{ ref('cohort_members') }}

),

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

cut_short as (

    select
        cohort_members.cohort_number,
        cohort_members.cohort_id,
        sum(cohort_cells.followed) as followed
    from cohort_members
    inner join cohort_cells
        on cohort_members.cell_id = cohort_cells.cell_id
    group by
        cohort_members.cohort_number,
        cohort_members.cohort_id
    having sum(cohort_cells.cut_short) > 0 and sum(cohort_cells.followed_converted) > 0

),

-- one branch per metric version and set, each joined on its own dimensions only
placed as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    {%- call(names, place) union_of(metric.sets) -%}
    select
        cohort_cells.cell_id,
        cohort_conversations.duration_us,
        cohort_conversations.is_conversion
    from cohort_conversations
    inner join cohort_cells
        on
            cohort_conversations.cell_date = cohort_cells.cell_date
            {%- for dimension in names %}
            and cohort_conversations.{{ dimension }} = cohort_cells.{{ dimension }}
            {%- endfor %}
    where
        cohort_conversations.metric = {{ string_literal(metric.name) }}
        and cohort_conversations.metric_version = {{ metric.version }}
        and cohort_conversations.duration_us is not null
        and cohort_cells.metric = {{ string_literal(metric.name) }}
        and cohort_cells.metric_version = {{ metric.version }}
        and cohort_cells.cohort_by = {{ string_literal(names | join('+') if names else 'all') }}
    {%- endcall -%}
    {%- else -%}
    select
        cohort_cells.cell_id,
        cohort_conversations.duration_us,
        cohort_conversations.is_conversion
    from cohort_conversations
    inner join cohort_cells
        on cohort_conversations.cell_date = cohort_cells.cell_date
    where false
    {%- endif -%}
    {%- endcall %}

),

steps as (

    select
        cell_id,
        duration_us,
        case when is_conversion then 0 else 1 end as step_kind,
        count(*) as step_count
    from placed
    group by
        cell_id,
        duration_us,
        case when is_conversion then 0 else 1 end

),

cohort_steps as (

    select
        cut_short.cohort_number,
        cut_short.followed,
        steps.cell_id,
        steps.duration_us,
        steps.step_kind,
        steps.step_count
    from steps
    inner join cohort_members
        on steps.cell_id = cohort_members.cell_id
    inner join cut_short
        on cohort_members.cohort_number = cut_short.cohort_number

),

-- conversions before cut-offs at one instant; splitting the conversions of one instant into several steps changes nothing,
-- their product telescopes
at_risk as (

    select
        cohort_number,
        step_kind,
        step_count,
        followed + step_count - sum(step_count) over (
            partition by cohort_number
            order by duration_us, step_kind, cell_id
            rows between unbounded preceding and current row
        ) as at_risk_count
    from cohort_steps

),

products as (

    select
        cohort_number,
        min(at_risk_count - step_count) as survivor_count,
        sum(cast(
            case when at_risk_count > step_count then ln((at_risk_count - step_count) / cast(at_risk_count as double)) end
            as decimal(38, 24)
        )) as log_survival,
        sum(cast(
            case when at_risk_count > step_count then step_count / (cast(at_risk_count as double) * (at_risk_count - step_count)) end
            as decimal(38, 28)
        )) as greenwood
    from at_risk
    where step_kind = 0
    group by cohort_number

),

final as (

    select
        cut_short.cohort_id,
        products.survivor_count = 0 as is_extinct,
        cast(coalesce(products.log_survival, 0) as double) as log_survival,
        cast(coalesce(products.greenwood, 0) as double) as greenwood
    from products
    inner join cut_short
        on products.cohort_number = cut_short.cohort_number

)

select * from final
