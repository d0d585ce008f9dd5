-- Grain: one row per agent, team and role at the time, and period (grain `all` too): what they did, whatever came of it.
-- Mind: a state is counted in the period in which it began, and one without an end has no length yet. Columns of states are null
-- where the input rep_states is not switched on.

with

-- talk time stands only in the staged rows
spoken as (

    select
        rep_id,
        sent_at,
        talk_seconds,
        direction,
        is_live_channel,
        {{ is_live() }} as is_live,
        {{ sender_of() | indent(8) }} as sender
    from {{ ref('stg_messages') }}
    where
        {{ is_spoken() }}
        and (rep_id is not null or direction = 'outbound' or sender_type in ('rep', 'bot'))

),

said as (

    select
        rep_id,
        sent_at,
        case when {{ is_human() }} then 'human' when sender = 'bot' then 'bot' end as agent_kind,
        case when direction = 'outbound' then 1 else 0 end as is_sent,
        case when direction = 'outbound' and is_live_channel then 1 else 0 end as is_dial,
        case when direction = 'outbound' and is_live then 1 else 0 end as is_answered_dial,
        case when direction = 'inbound' and is_live then 1 else 0 end as is_inbound_call,
        case when is_live then cast(round(talk_seconds * 1000000) as bigint) end as talk_micros
    from spoken

),

rep_periods as (

    select * from {{ ref('rep_periods') }}

),

grains as (

    {{ grain_rows() | indent(4) }}

),

rep_states as (

    select
        rep_id,
        state,
        started_at,
        {{ epoch_micros('ended_at') }} - {{ epoch_micros('started_at') }} as state_micros
    from {{ ref('stg_rep_states') }}

),

message_totals as (

    select
        said.agent_kind,
        coalesce(said.rep_id, case when said.agent_kind = 'bot' then 'bot' else 'unknown' end) as agent_id,
        coalesce(rep_periods.team, 'unknown') as team,
        coalesce(rep_periods.role, 'unknown') as role,
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'said.sent_at') | indent(8) }} as cell_date,
        min(rep_periods.name) as agent_name,
        sum(said.is_sent) as messages_sent,
        sum(said.is_dial) as dials,
        sum(said.is_answered_dial) as answered_dials,
        sum(said.is_inbound_call) as inbound_calls,
        coalesce(sum(said.talk_micros), 0) as talk_micros
    from said
    left join rep_periods
        on
            said.rep_id = rep_periods.rep_id
            and said.sent_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or said.sent_at < rep_periods.ends_at)
    where said.agent_kind is not null
    group by
        said.agent_kind,
        coalesce(said.rep_id, case when said.agent_kind = 'bot' then 'bot' else 'unknown' end),
        coalesce(rep_periods.team, 'unknown'),
        coalesce(rep_periods.role, 'unknown'),
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'said.sent_at') | indent(8) }}

),

state_totals as (

    select
        'human' as agent_kind,
        rep_states.rep_id as agent_id,
        coalesce(rep_periods.team, 'unknown') as team,
        coalesce(rep_periods.role, 'unknown') as role,
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'rep_states.started_at') | indent(8) }} as cell_date,
        min(rep_periods.name) as agent_name,
        sum(case when rep_states.state = 'pause' then 1 else 0 end) as pause_count
        {%- for state in ['pause', 'wrap_up', 'available'] %},
        coalesce(sum(case when rep_states.state = '{{ state }}' then rep_states.state_micros end), 0) as {{ state }}_micros
        {%- endfor %}
    from rep_states
    left join rep_periods
        on
            rep_states.rep_id = rep_periods.rep_id
            and rep_states.started_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or rep_states.started_at < rep_periods.ends_at)
    group by
        rep_states.rep_id,
        coalesce(rep_periods.team, 'unknown'),
        coalesce(rep_periods.role, 'unknown'),
        {{ cell_date("'" ~ kpi_base_grain() ~ "'", 'rep_states.started_at') | indent(8) }}

),

totals as (

    select
        agent_kind,
        agent_id,
        team,
        role,
        cell_date,
        agent_name,
        messages_sent,
        dials,
        answered_dials,
        inbound_calls,
        talk_micros,
        0 as pause_count,
        0 as pause_micros,
        0 as wrap_up_micros,
        0 as available_micros
    from message_totals

    union all

    select
        agent_kind,
        agent_id,
        team,
        role,
        cell_date,
        agent_name,
        0 as messages_sent,
        0 as dials,
        0 as answered_dials,
        0 as inbound_calls,
        0 as talk_micros,
        pause_count,
        pause_micros,
        wrap_up_micros,
        available_micros
    from state_totals

),

final as (

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'totals.cell_date') | indent(8) }} as period_start,
        totals.agent_kind,
        totals.agent_id,
        totals.team,
        totals.role,
        min(totals.agent_name) as agent_name,
        cast(sum(totals.messages_sent) as bigint) as messages_sent,
        cast(sum(totals.dials) as bigint) as dials,
        cast(sum(totals.answered_dials) as bigint) as answered_dials,
        cast(sum(totals.inbound_calls) as bigint) as inbound_calls,
        cast(sum(totals.talk_micros) as bigint) as talk_micros
        {%- for column in ['pause_count', 'pause_micros', 'wrap_up_micros', 'available_micros'] %},
        {% if has_input('rep_states') %}cast(sum(totals.{{ column }}) as bigint){% else %}cast(null as bigint){% endif %} as {{ column }}
        {%- endfor %}
    from totals
    cross join grains
    group by
        grains.period_grain,
        {{ period_start('grains.period_grain', 'totals.cell_date') | indent(8) }},
        totals.agent_kind,
        totals.agent_id,
        totals.team,
        totals.role

)

select * from final
