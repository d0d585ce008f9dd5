-- Grain: as cohort_rates, without rows where both credit and eligible are 0.
-- Mind: outcomes stand in the period in which they occurred, conversations in the one in which they were anchored, so that
-- the rate can pass 1 and moves with the pace of the months before. It is no conversion rate.

{%- set metrics = conversion_metrics() %}

with

cohort_members as (

    select * from {{ ref('cohort_members') }}

),

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

cohort_touches as (

    select * from {{ ref('cohort_touches') }}

),

cohort_sets as (

    select * from {{ ref('cohort_sets') }}

),

-- an outcome occurs in one period only, so that distinct counts of the finest periods do add up
{% for metric in metrics -%}
occurrences_{{ loop.index }} as (

    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        {{ cohort_by(metric.dimensions) | indent(8) }} as cohort_by,
        occurred_date,
        {{ dimension_columns(metric.dimensions) }},
        count(distinct outcome_number) as outcomes,
        sum(cast(credit as decimal(38, 18))) as credit,
        sum(case when credit > 0 then 1 else 0 end) as credited_touches
    from cohort_touches
    where
        metric = {{ string_literal(metric.name) }}
        and metric_version = {{ metric.version }}
    group by grouping sets (
        {%- for names in metric.sets %}
        ({{ (['occurred_date'] + names) | join(', ') }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    )

),

{% endfor -%}
occurrences as (

    {% call(metric, number) union_of(metrics) -%}
    {%- if metric -%}
    select * from occurrences_{{ number }}
    {%- else -%}
    select
        metric,
        metric_version,
        '' as cohort_by,
        occurred_date,
        {{ dimension_columns([]) }},
        0 as outcomes,
        cast(0 as decimal(38, 18)) as credit,
        0 as credited_touches
    from cohort_touches
    where false
    {%- endif -%}
    {%- endcall %}

),

occurred as (

    {{ cohorts_of('occurrences', 'cohort_sets', 'occurred_date', ['outcomes', 'credit', 'credited_touches']) | trim }}

),

joined as (

    select
        {{ cohort_key('cohort_members') | indent(8) }},
        cohort_members.uses_late_facts,
        cohort_cells.eligible,
        0 as outcomes,
        cast(0 as decimal(38, 18)) as credit,
        0 as credited_touches
    from cohort_members
    inner join cohort_cells
        on cohort_members.cell_id = cohort_cells.cell_id

    union all

    select
        {{ cohort_key() | indent(8) }},
        uses_late_facts,
        0 as eligible,
        outcomes,
        credit,
        credited_touches
    from occurred

),

totals as (

    select
        metric,
        cast(metric_version as bigint) as metric_version,
        cohort_grain,
        cohort_period,
        cohort_by,
        {%- for dimension in cohort_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        uses_late_facts,
        cast(sum(eligible) as bigint) as eligible,
        cast(sum(outcomes) as bigint) as outcomes,
        {{ exact_double('sum(credit)') }} as credit,
        sum(credited_touches) as credited_touches
    from joined
    group by
        {{ cohort_key() | indent(8) }},
        uses_late_facts

),

final as (

    select
        {{ cohort_id() | indent(8) }} as cohort_id,
        {{ cohort_key() | indent(8) }},
        eligible,
        outcomes,
        credit,
        case when eligible > 0 then credit / eligible end as period_rate,
        uses_late_facts
    from totals
    where eligible > 0 or credited_touches > 0

)

select * from final
