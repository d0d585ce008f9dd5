-- Grain: one row per metric version, agent with team and role at the time, finest period of kpi_grains and stratum.
-- Mind: each matured conversation is counted once, for whom agent_conversations says; without anybody under agent_kind none.

with

agent_conversations as (

    select * from {{ ref('agent_conversations') }}

),

final as (

    select
        metric,
        metric_version,
        agent_kind,
        agent_id,
        team,
        role,
        cell_date,
        stratum,
        min(agent_name) as agent_name,
        cast(count(*) as bigint) as matured,
        cast(sum(case when is_converted then 1 else 0 end) as bigint) as matured_converted
    from agent_conversations
    group by
        metric,
        metric_version,
        agent_kind,
        agent_id,
        team,
        role,
        cell_date,
        stratum

)

select * from final
