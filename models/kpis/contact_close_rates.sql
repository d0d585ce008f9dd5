-- Grain: one row per metric version, period (grain `all` too), cut, value and rate: of dials to contacts reached to conversions.
-- Mind: only dials of days that are matured are counted: every one has had the metric's whole window. A conversion is an eligible conversation
-- with a reached dial that converted; it counts once in a row, in the period of its dials. conversions_per_dial is the product
-- of connection_rate and conversions_per_contact. contact_rate is the deprecated name of connection_rate: do not add the rows of both.
-- lead_contact_rate is of people: who is dialled in two periods, channels or by two reps is one lead in each, so that its rows do not add up.

{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set cuts = ['channel', 'rep_id'] %}
{%- set rates = [
    {'name': 'connection_rate', 'numerator': 'contacts_reached', 'denominator': 'dials'},
    {'name': 'contact_rate', 'numerator': 'contacts_reached', 'denominator': 'dials'},
    {'name': 'conversions_per_contact', 'numerator': 'dial_conversions', 'denominator': 'contacts_reached'},
    {'name': 'conversions_per_dial', 'numerator': 'dial_conversions', 'denominator': 'dials'},
    {'name': 'lead_contact_rate', 'numerator': 'leads_reached', 'denominator': 'leads_dialled'},
] %}

with

dials as (

    select * from {{ ref('dials') }}

),

dialled_leads as (

    select * from {{ ref('dialled_leads') }}

),

metric_cuts as (

    select
        metric,
        metric_version,
        {{ local_day("complete_at - window_us / 1000000 * interval '1' second") }} as matured_until
    from {{ ref('metric_cuts') }}

),

-- matured conversations with a reached dial; a metric that counts none of them has no close rates
judged as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        metric_conversations.status,
        dials.conversation_id,
        dials.dial_date,
        dials.channel,
        dials.rep_id
    from {{ ref('metric_conversations') }} as metric_conversations
    inner join dials
        on metric_conversations.conversation_id = dials.conversation_id
    inner join metric_cuts
        on
            metric_conversations.metric = metric_cuts.metric
            and metric_conversations.metric_version = metric_cuts.metric_version
            and dials.dial_date < metric_cuts.matured_until
    where
        metric_conversations.is_matured
        and dials.contacts_reached > 0

),

metrics as (

    select
        metric_cuts.metric,
        metric_cuts.metric_version,
        min(metric_cuts.matured_until) as matured_until
    from metric_cuts
    inner join judged
        on
            metric_cuts.metric = judged.metric
            and metric_cuts.metric_version = judged.metric_version
    group by
        metric_cuts.metric,
        metric_cuts.metric_version

),

dial_days as (

    select
        dial_date,
        channel,
        rep_id,
        sum(dials) as dials,
        sum(contacts_reached) as contacts_reached
    from dials
    group by
        dial_date,
        channel,
        rep_id

),

tried as (

    select
        metrics.metric,
        metrics.metric_version,
        dial_days.dial_date,
        dial_days.channel,
        dial_days.rep_id,
        dial_days.dials,
        dial_days.contacts_reached,
        cast(null as varchar) as conversion_id
    from dial_days
    inner join metrics
        on dial_days.dial_date < metrics.matured_until

    union all

    select
        metric,
        metric_version,
        dial_date,
        channel,
        rep_id,
        0 as dials,
        0 as contacts_reached,
        conversation_id as conversion_id
    from judged
    where status = 'converted'

),

placed as (

    select
        metric,
        metric_version,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'dial_date') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        channel,
        coalesce(rep_id, 'unknown') as rep_id,
        dials,
        contacts_reached,
        conversion_id
    from tried

),

lead_counts as (

    select
        metrics.metric,
        metrics.metric_version,
        dialled_leads.period_grain,
        dialled_leads.period_start,
        dialled_leads.cut_by,
        dialled_leads.cut_value,
        cast(sum(dialled_leads.leads) as bigint) as leads_dialled,
        cast(sum(case when dialled_leads.reached_from < metrics.matured_until then dialled_leads.leads else 0 end) as bigint) as leads_reached
    from dialled_leads
    inner join metrics
        on dialled_leads.dialled_from < metrics.matured_until
    group by
        metrics.metric,
        metrics.metric_version,
        dialled_leads.period_grain,
        dialled_leads.period_start,
        dialled_leads.cut_by,
        dialled_leads.cut_value

),

dial_counts as (

    select
        metric,
        metric_version,
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cut_of_grouping(cuts) | indent(8) }},
        cast(sum(dials) as bigint) as dials,
        cast(sum(contacts_reached) as bigint) as contacts_reached,
        count(distinct conversion_id) as dial_conversions
    from placed
    group by grouping sets (
        {{ grouping_of_cuts(cuts, ['metric', 'metric_version']) | indent(8) }}
    )

),

counted as (

    select
        dial_counts.metric,
        dial_counts.metric_version,
        dial_counts.period_grain,
        dial_counts.period_start,
        dial_counts.cut_by,
        dial_counts.cut_value,
        dial_counts.dials,
        dial_counts.contacts_reached,
        dial_counts.dial_conversions,
        lead_counts.leads_dialled,
        lead_counts.leads_reached
    from dial_counts
    inner join lead_counts
        on
            dial_counts.metric = lead_counts.metric
            and dial_counts.metric_version = lead_counts.metric_version
            and dial_counts.period_grain = lead_counts.period_grain
            and dial_counts.period_start is not distinct from lead_counts.period_start
            and dial_counts.cut_by = lead_counts.cut_by
            and dial_counts.cut_value is not distinct from lead_counts.cut_value

),

rated as (

    {% call(rate, number) union_of(rates) -%}
    select
        metric,
        metric_version,
        '{{ rate.numerator }}' as numerator_id,
        '{{ rate.denominator }}' as denominator_id,
        period_grain,
        period_start,
        cut_by,
        cut_value,
        '{{ rate.name }}' as rate_name,
        {{ rate.numerator }} as numerator,
        {{ rate.denominator }} as denominator
    from counted
    {%- endcall %}

),

final as (

    select
        md5({{ joined_parts([
            'metric', 'cast(metric_version as varchar)', 'period_grain', 'cast(period_start as varchar)', 'cut_by', 'cut_value', 'rate_name'
        ]) }}) as close_rate_id,
        metric,
        metric_version,
        numerator_id,
        denominator_id,
        period_grain,
        period_start,
        cut_by,
        cut_value,
        rate_name,
        numerator,
        denominator,
        numerator / nullif(cast(denominator as double), 0) as close_rate,
        {{ wilson_low('numerator', 'denominator') | indent(8) }} as rate_low,
        {{ wilson_high('numerator', 'denominator') | indent(8) }} as rate_high,
        {{ is_few('denominator') }} as is_small
    from rated

)

select * from final
