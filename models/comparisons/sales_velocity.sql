-- Grain: one row per period (grain `all` too) in which a deal was decided, cut and value.
-- Mind: counted are deals that were won or lost in the period, not those that were opened in it: a deal that is still open is in no row. The
-- four effects add up to the change from the period before, whatever their order (logarithmic mean); they say which lever moved, not why.

{%- set settings = velocity_settings() %}
{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set cuts = settings.cuts | reject('equalto', 'all') | list %}
{%- set levers = [('opportunities', 1), ('win_rate', 1), ('amount', 1), ('cycle', -1)] %}

with

outcomes as (

    select * from {{ ref('outcomes') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

-- a deal that was lost and won after all is won
deals as (

    select
        entity_id as deal_id,
        min(contact_id) as contact_id,
        min(case when outcome = {{ settings.opened }} then occurred_at end) as opened_at,
        min(case when outcome = {{ setting_revenue_outcome() }} then occurred_at end) as won_at,
        min(case when outcome = {{ settings.lost }} then occurred_at end) as lost_at,
        max(case when outcome = {{ setting_revenue_outcome() }} then amount end) as amount
    from outcomes
    where
        source = 'deal_stages'
        and outcome in ({{ settings.opened }}, {{ setting_revenue_outcome() }}, {{ settings.lost }})
    group by entity_id

),

decided as (

    select
        deals.*,
        {%- for cut in cuts %}
        coalesce(contacts.{{ cut }}, 'unknown') as {{ cut }},
        {%- endfor %}
        {{ local_day('coalesce(deals.won_at, deals.lost_at)') }} as decided_on,
        case when deals.won_at >= deals.opened_at then {{ epoch_micros('deals.won_at') }} - {{ epoch_micros('deals.opened_at') }} end as cycle_us
    from deals
    left join contacts
        on deals.contact_id = contacts.contact_id
    where
        coalesce(deals.won_at, deals.lost_at) is not null
        and {{ 'true' if settings.cuts else 'false' }}

),

placed as (

    select
        decided.*,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'decided_on') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        decided_on is not null as is_decided
    from decided

),

counted as (

    select
        {{ period_of_grouping(grains) | indent(8) }},
        {% if cuts %}{{ cut_of_grouping(cuts) | indent(8) }}{% else %}'all' as cut_by, cast(null as varchar) as cut_value{% endif %},
        count(is_decided) as opportunities,
        count(won_at) as won,
        count(case when won_at is not null then amount end) as with_amount,
        sum(cast(case when won_at is not null then amount end as decimal(38, 12))) as amount,
        count(cycle_us) as with_cycle,
        sum(cycle_us) as cycle_us
    from placed
    group by grouping sets (
        {{ grouping_of_cuts(cuts) | indent(8) }}
    )
    having count(is_decided) > 0

),

averaged as (

    select
        counted.*,
        won / cast(opportunities as double) as win_rate,
        {{ wilson_low('won', 'opportunities') | indent(8) }} as win_rate_low,
        {{ wilson_high('won', 'opportunities') | indent(8) }} as win_rate_high,
        cast(amount as double) / nullif(with_amount, 0) as average_amount,
        {{ mean_seconds('cycle_us', 'with_cycle') | indent(8) }} / 86400 as cycle_days
    from counted
    {%- if 'all' not in settings.cuts %}
    where cut_by <> 'all'
    {%- endif %}

),

measured as (

    select
        averaged.*,
        opportunities * win_rate * average_amount / nullif(cycle_days, 0) as velocity
    from averaged

),

{%- set before = 'over (partition by period_grain, cut_by, cut_value order by period_start)' %}

beside as (

    select
        measured.*,
        {%- for column in ['period_start', 'opportunities', 'win_rate', 'win_rate_low', 'win_rate_high', 'average_amount', 'cycle_days', 'velocity'] %}
        lag({{ column }}) {{ before }} as previous_{{ column }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from measured

),

logs as (

    select
        beside.*,
        ln(opportunities / cast(previous_opportunities as double)) as opportunities_log,
        ln(win_rate / nullif(previous_win_rate, 0)) as win_rate_log,
        ln(average_amount / previous_average_amount) as amount_log,
        -ln(cycle_days / previous_cycle_days) as cycle_log,
        ln(velocity / previous_velocity) as velocity_log
    from beside
    where
        velocity > 0
        and previous_velocity > 0

),

-- the logarithmic mean of the two velocities shares their difference out by the logarithms; close together it is their mean
shared as (

    select
        period_grain,
        period_start,
        cut_by,
        cut_value,
        opportunities_log,
        win_rate_log,
        amount_log,
        cycle_log,
        case
            when abs(velocity_log) < 0.000001 then (velocity + previous_velocity) / 2
            else (velocity - previous_velocity) / velocity_log
        end as log_mean
    from logs

),

clocks as (

    select case when count(*) = count(complete_at) then min(complete_at) end as complete_at
    from outcome_clocks
    where outcome in ({{ setting_revenue_outcome() }}, {{ settings.lost }})

),

final as (

    select
        md5({{ joined_parts(['beside.period_grain', 'cast(beside.period_start as varchar)', 'beside.cut_by', 'beside.cut_value']) }}) as velocity_id,
        beside.period_grain,
        beside.period_start,
        beside.cut_by,
        beside.cut_value,
        cast(beside.opportunities as bigint) as opportunities,
        cast(beside.won as bigint) as won,
        beside.win_rate,
        beside.win_rate_low,
        beside.win_rate_high,
        cast(beside.with_amount as bigint) as with_amount,
        {{ nine_places('beside.average_amount') }} as average_amount,
        cast(beside.with_cycle as bigint) as with_cycle,
        beside.cycle_days,
        {{ nine_places('beside.velocity') }} as velocity,
        beside.previous_period_start as previous_period,
        {{ nine_places('beside.previous_velocity') }} as previous_velocity,
        {{ nine_places('beside.velocity - beside.previous_velocity') }} as velocity_change,
        {%- for lever, _ in levers %}
        {{ nine_places('shared.log_mean * shared.' ~ lever ~ '_log') }} as {{ lever }}_effect,
        {%- endfor %}
        beside.win_rate - beside.previous_win_rate as win_rate_change,
        {%- for side in ['low', 'high'] %}
        {{ newcombe_limit('beside.win_rate', 'beside.win_rate_low', 'beside.win_rate_high', 'beside.previous_win_rate', 'beside.previous_win_rate_low', 'beside.previous_win_rate_high', side) | indent(8) }} as win_rate_change_{{ side }},
        {%- endfor %}
        coalesce({{ period_end('beside.period_grain', 'beside.period_start') | indent(8) }} <= {{ local_time('clocks.complete_at') }}, false) as is_complete,
        {{ is_few('beside.won') }} as is_small
    from beside
    cross join clocks
    left join shared
        on
            beside.period_grain = shared.period_grain
            and beside.period_start = shared.period_start
            and beside.cut_by = shared.cut_by
            and coalesce(beside.cut_value, '') = coalesce(shared.cut_value, '')

)

select * from final
