-- Grain: one row per period (grain `all` too), cut and value of it, and the days on which leads were first dialled and first answered there.
-- Mind: a lead is a contact, once in each period and cut however often it was dialled there: leads of two periods or reps do not add up.

{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set cuts = ['channel', 'rep_id'] %}

with

dials as (

    select * from {{ ref('dials') }}

),

placed as (

    select
        contact_id,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'dial_date') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        channel,
        coalesce(rep_id, 'unknown') as rep_id,
        dial_date,
        case when contacts_reached > 0 then dial_date end as reached_date
    from dials

),

leads as (

    select
        contact_id,
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cut_of_grouping(cuts) | indent(8) }},
        min(dial_date) as dialled_from,
        min(reached_date) as reached_from
    from placed
    group by grouping sets (
        {{ grouping_of_cuts(cuts, ['contact_id']) | indent(8) }}
    )

),

final as (

    select
        period_grain,
        period_start,
        cut_by,
        cut_value,
        dialled_from,
        reached_from,
        count(*) as leads
    from leads
    group by
        period_grain,
        period_start,
        cut_by,
        cut_value,
        dialled_from,
        reached_from

)

select * from final
