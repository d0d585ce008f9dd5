-- Grain: one row per rep, state and its beginning, as stg_rep_states has it, that has an end.
-- Mind: a rep is in one state at a time, and the next one ends it at the latest. What goes on at as_of has no length yet, and is not here.
-- open_micros is the part inside the hours of the variable business_calendar.

{%- set settings = centre_settings() %}

with

rep_states as (

    select * from {{ ref('stg_rep_states') }}

),

rep_periods as (

    select * from {{ ref('rep_periods') }}

),

business_calendar as (

    select * from {{ ref('business_calendar') }}
    where calendar = {{ setting_business_calendar() }}

),

followed as (

    select
        rep_id,
        state,
        started_at,
        ended_at,
        lead(started_at) over (partition by rep_id order by started_at, state) as next_at
    from rep_states

),

ended as (

    select
        rep_id,
        state,
        started_at,
        case when ended_at is null or next_at < ended_at then next_at else ended_at end as ended_at,
        case
            {%- for kind, states in settings.states.items() if states %}
            when state in ({{ string_list(states) }}) then '{{ kind }}'
            {%- endfor %}
            else 'other'
        end as state_kind
    from followed

),

final as (

    select
        ended.rep_id,
        ended.state,
        ended.started_at,
        ended.ended_at,
        ended.state_kind,
        coalesce(rep_periods.team, 'unknown') as team,
        cast({{ epoch_micros('ended.ended_at') }} - {{ epoch_micros('ended.started_at') }} as bigint) as micros,
        cast({{ business_micros_at('closing', 'ended.ended_at') | indent(8) }} - {{ business_micros_at('opening', 'ended.started_at') | indent(8) }} as bigint) as open_micros
    from ended
    left join rep_periods
        on
            ended.rep_id = rep_periods.rep_id
            and ended.started_at >= rep_periods.starts_at
            and (rep_periods.ends_at is null or ended.started_at < rep_periods.ends_at)
    left join business_calendar as opening
        on
            cast(ended.started_at as date) = opening.utc_date
            and ended.started_at >= opening.starts_at
            and ended.started_at < opening.ends_at
    left join business_calendar as closing
        on
            cast(ended.ended_at as date) = closing.utc_date
            and ended.ended_at >= closing.starts_at
            and ended.ended_at < closing.ends_at
    where
        ended.ended_at >= ended.started_at
        and {{ 'true' if settings.is_on else 'false' }}

)

select * from final
