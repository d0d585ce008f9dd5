-- Grain: one row per metric version, period (grain `all` too) and agent with the team and role they had at the time.
-- Mind: what an agent did (messages, calls, pauses) stands in the row of every metric version, and is not to be summed over them.
-- Ranks are within metric version, period, agent_kind and team, by adjusted_rate, and rank_low to rank_high is what they are worth. What has no
-- rep (agent_id unknown, none) is of many people: it stands apart from the team and has no rank.

{%- set keys = ['metric', 'metric_version', 'period_grain', 'period_start', 'agent_kind', 'agent_id', 'team', 'role'] %}
{%- set peers = 'metric, metric_version, period_grain, period_start, agent_kind, team' %}
{%- set is_somebody = "agent_id not in ('none', 'unknown')" %}

with

cells as (

    select * from {{ ref('agent_cells') }}

),

metric_versions as (

    select * from {{ ref('metric_versions') }}

),

grains as (

    {{ grain_rows() | indent(4) }}

),

stratum_counts as (

    select
        cells.metric,
        cells.metric_version,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.cell_date') | indent(8) }} as period_start,
        cells.agent_kind,
        cells.agent_id,
        cells.team,
        cells.role,
        cells.stratum,
        min(cells.agent_name) as agent_name,
        sum(cells.matured) as matured,
        sum(cells.matured_converted) as wins
    from cells
    cross join grains
    group by
        cells.metric,
        cells.metric_version,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.cell_date') | indent(8) }},
        cells.agent_kind,
        cells.agent_id,
        cells.team,
        cells.role,
        cells.stratum

),

-- what the whole team makes of each stratum, the agent included
team_strata as (

    select
        *,
        sum(matured) over (partition by {{ peers }}, {{ is_somebody }}, stratum) as stratum_matured,
        sum(wins) over (partition by {{ peers }}, {{ is_somebody }}, stratum) as stratum_wins
    from stratum_counts

),

performed as (

    select
        metric,
        metric_version,
        period_grain,
        period_start,
        agent_kind,
        agent_id,
        team,
        role,
        min(agent_name) as agent_name,
        sum(matured) as matured,
        sum(wins) as wins,
        sum(cast(matured * (stratum_wins / cast(stratum_matured as double)) as decimal(38, 12))) as expected_wins
    from team_strata
    group by
        metric,
        metric_version,
        period_grain,
        period_start,
        agent_kind,
        agent_id,
        team,
        role

),

acted as (

    select
        metric_versions.metric,
        cast(metric_versions.metric_version as bigint) as metric_version,
        activity.*
    from {{ ref('agent_activity') }} as activity
    cross join metric_versions

),

agents as (

    select
        {%- for column in keys + ['agent_name'] %}
        coalesce(performed.{{ column }}, acted.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for column in ['messages_sent', 'dials', 'answered_dials', 'inbound_calls', 'talk_micros'] %}
        coalesce(acted.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        {%- for column in ['pause_count', 'pause_micros', 'wrap_up_micros', 'available_micros'] %}
        {% if has_input('rep_states') %}coalesce(acted.{{ column }}, 0){% else %}acted.{{ column }}{% endif %} as {{ column }},
        {%- endfor %}
        coalesce(performed.matured, 0) as matured,
        coalesce(performed.wins, 0) as wins,
        performed.expected_wins
    from performed
    full outer join acted
        on
            performed.metric = acted.metric
            and performed.metric_version = acted.metric_version
            and performed.period_grain = acted.period_grain
            and coalesce(performed.period_start, date '0001-01-01') = coalesce(acted.period_start, date '0001-01-01')
            and performed.agent_kind = acted.agent_kind
            and performed.agent_id = acted.agent_id
            and performed.team = acted.team
            and performed.role = acted.role

),

named as (

    select
        *,
        md5({{ joined_parts([
            'metric', 'cast(metric_version as varchar)', 'period_grain', 'cast(period_start as varchar)',
            'agent_kind', 'agent_id', 'team', 'role',
        ]) | indent(8) }}) as performance_id
    from agents

),

beside_team as (

    select
        *,
        sum(matured) over (partition by {{ peers }}, {{ is_somebody }}) as team_matured,
        sum(wins) over (partition by {{ peers }}, {{ is_somebody }}) as team_wins,
        count(case when {{ is_somebody }} and expected_wins > 0 then agent_id end) over (
            partition by {{ peers }}, {{ is_somebody }}
        ) as ranked_agents
    from named

),

-- observed over expected, times what the team makes of all; the limits are those of the agent's own rate, moved by the same factor
factored as (

    select
        *,
        case
            when expected_wins > 0
                then matured / cast(expected_wins as double) * (team_wins / cast(team_matured as double))
        end as mix_factor,
        {{ simultaneous_z('ranked_agents') | indent(8) }} as joint_z
    from beside_team

),

adjusted as (

    select
        *,
        mix_factor * (wins / cast(nullif(matured, 0) as double)) as adjusted_rate,
        mix_factor * ({{ wilson_low('wins', 'matured') | indent(8) }}) as adjusted_low,
        mix_factor * ({{ wilson_high('wins', 'matured') | indent(8) }}) as adjusted_high,
        mix_factor * ({{ wilson_limit('wins', 'matured', 'low', 'joint_z') | indent(8) }}) as joint_low,
        mix_factor * ({{ wilson_limit('wins', 'matured', 'high', 'joint_z') | indent(8) }}) as joint_high
    from factored

),

-- an agent is certainly worse than those whose joint interval lies wholly above theirs, and better than those wholly below
edges as (

    {% call(side, number) union_of(['low', 'high']) -%}
    select
        performance_id,
        metric,
        metric_version,
        period_grain,
        period_start,
        agent_kind,
        team,
        joint_{{ side }} as edge,
        {{ 1 if side == 'low' else 0 }} as is_low,
        {{ 1 if side == 'high' else 0 }} as is_high
    from adjusted
    where
        adjusted_rate is not null
        and {{ is_somebody }}
    {%- endcall %}

),

passed as (

    select
        performance_id,
        is_low,
        sum(is_low) over (
            partition by {{ peers }}
            order by edge desc, is_low, performance_id
            rows between unbounded preceding and current row
        ) as lows_above,
        sum(is_high) over (
            partition by {{ peers }}
            order by edge, is_high, performance_id
            rows between unbounded preceding and current row
        ) as highs_below
    from edges

),

certain as (

    select
        performance_id,
        max(case when is_low = 0 then lows_above end) as better_count,
        max(case when is_low = 1 then highs_below end) as worse_count
    from passed
    group by performance_id

),

-- rates that are equal as fractions may differ in their last digit, and share a rank all the same
ranked as (

    select
        performance_id,
        rank() over (
            partition by {{ peers }}
            order by round(adjusted_rate, 9) desc
        ) as team_rank
    from adjusted
    where
        adjusted_rate is not null
        and {{ is_somebody }}

),

final as (

    select
        adjusted.performance_id,
        adjusted.metric,
        adjusted.metric_version,
        'matured_converted_conversations' as numerator_id,
        'matured_conversations' as denominator_id,
        adjusted.period_grain,
        adjusted.period_start,
        adjusted.agent_kind,
        adjusted.agent_id,
        adjusted.team,
        adjusted.role,
        adjusted.agent_name,
        cast(adjusted.messages_sent as bigint) as messages_sent,
        cast(adjusted.dials as bigint) as dials,
        cast(adjusted.answered_dials as bigint) as answered_dials,
        cast(adjusted.inbound_calls as bigint) as inbound_calls,
        adjusted.talk_micros / 1000000e0 as talk_seconds,
        cast(adjusted.pause_count as bigint) as pause_count,
        adjusted.pause_micros / 1000000e0 as pause_seconds,
        adjusted.wrap_up_micros / 1000000e0 as wrap_up_seconds,
        adjusted.available_micros / 1000000e0 as available_seconds,
        cast(adjusted.matured as bigint) as matured,
        cast(adjusted.wins as bigint) as wins,
        adjusted.wins / cast(nullif(adjusted.matured, 0) as double) as conversion_rate,
        {{ wilson_low('adjusted.wins', 'adjusted.matured') | indent(8) }} as rate_low,
        {{ wilson_high('adjusted.wins', 'adjusted.matured') | indent(8) }} as rate_high,
        cast(adjusted.team_matured as bigint) as team_matured,
        cast(adjusted.team_wins as bigint) as team_wins,
        adjusted.team_wins / cast(nullif(adjusted.team_matured, 0) as double) as team_rate,
        cast(adjusted.expected_wins as double) as expected_wins,
        adjusted.adjusted_rate,
        adjusted.adjusted_low,
        adjusted.adjusted_high,
        cast(adjusted.ranked_agents as bigint) as ranked_agents,
        cast(ranked.team_rank as bigint) as team_rank,
        cast(1 + certain.better_count as bigint) as rank_low,
        cast(adjusted.ranked_agents - certain.worse_count as bigint) as rank_high,
        {{ is_few('adjusted.matured') }} as is_small,
        true as uses_late_facts
    from adjusted
    left join ranked
        on adjusted.performance_id = ranked.performance_id
    left join certain
        on adjusted.performance_id = certain.performance_id

)

select * from final
